package io.github.filelocked.spring;

import org.springframework.context.annotation.AdviceMode;
import org.springframework.context.annotation.AdviceModeImportSelector;
import org.springframework.context.annotation.AutoProxyRegistrar;

/** Chooses between proxies and the woven aspect. */
final class FileLockingConfigurationSelector extends AdviceModeImportSelector<EnableFileLocking> {

    @Override
    protected String[] selectImports(AdviceMode mode) {
        return switch (mode) {
            case PROXY ->
                new String[] {AutoProxyRegistrar.class.getName(), ProxyFileLockingConfiguration.class.getName()};
            case ASPECTJ -> new String[] {AspectJFileLockingConfiguration.class.getName()};
        };
    }
}
