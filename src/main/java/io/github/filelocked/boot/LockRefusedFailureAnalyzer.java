package io.github.filelocked.boot;

import io.github.filelocked.lock.LockRefusedException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows at start-up what cannot be locked, without a stack trace. */
final class LockRefusedFailureAnalyzer extends AbstractFailureAnalyzer<LockRefusedException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, LockRefusedException cause) {
        return new FailureAnalysis(
                cause.getMessage(),
                "Mend each as its line says. What cannot be locked is refused rather than run unlocked.",
                cause);
    }
}
