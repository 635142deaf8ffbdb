package io.github.filelocked.boot;

import io.github.filelocked.FileLocks;
import java.util.List;
import org.apache.commons.logging.LogFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Role;
import org.springframework.core.PriorityOrdered;

/**
 * The shutdown of a context's locks: the context acquires no new ones, turns waiters away, and lets holders finish.
 * Every bean of type {@link FileLocks} takes part, also one of the application, and so do the interceptor and the woven
 * aspect.
 *
 * <p>It takes two steps. The first one, in the phase of task executors and schedulers, closes the gate and does
 * not wait: those beans wait for their running tasks, and a task that waits for a lock would keep them waiting until
 * the timeout ({@code spring.lifecycle.timeout-per-shutdown-phase}). The second one waits, for so long at most, until
 * all locks are given back, detached ones included. It is in the phase in which the web server takes no more requests
 * and waits for the running ones: with an earlier wait, the server would accept requests that find the gate closed; a
 * later one would come after the server has cut off the requests that hold. Beans of lower phases, and what is merely
 * destroyed (a connection pool), are there for the holders all along.
 *
 * <p>A context that is started again opens the gate again.
 */
@Configuration(proxyBeanMethods = false)
@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
class GracefulShutdownConfiguration {

    /** As Boot has it in its web server contexts, which need not be there. */
    private static final int WEB_SERVER_PHASE = SmartLifecycle.DEFAULT_PHASE - 1024;

    /** Closed when it is destroyed as well: a context that fails at its start is not stopped. */
    @Bean
    @ConditionalOnMissingBean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static ShutdownGate fileLockGate() {
        return new ShutdownGate();
    }

    @Bean
    @ConditionalOnMissingBean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static FileLocksBehindGate fileLocksBehindGate(ShutdownGate gate) {
        return new FileLocksBehindGate(gate);
    }

    @Bean
    @ConditionalOnMissingBean(name = "fileLocksTurnAway")
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SmartLifecycle fileLocksTurnAway(ShutdownGate gate) {
        return new ShutdownStep(SmartLifecycle.DEFAULT_PHASE, gate::open, done -> {
            gate.close();
            done.run();
        });
    }

    @Bean
    @ConditionalOnMissingBean(name = "fileLocksFinish")
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static SmartLifecycle fileLocksFinish(ShutdownGate gate) {
        return new ShutdownStep(WEB_SERVER_PHASE, () -> {}, done -> {
            List<String> held = gate.held();
            if (!held.isEmpty()) {
                LogFactory.getLog(GracefulShutdownConfiguration.class).info("waiting for what is locked: " + held);
            }
            gate.whenIdle(done);
        });
    }

    private record FileLocksBehindGate(ShutdownGate gate) implements BeanPostProcessor, PriorityOrdered {

        @Override
        public int getOrder() {
            return LOWEST_PRECEDENCE;
        }

        @Override
        public Object postProcessAfterInitialization(Object bean, String beanName) {
            return bean instanceof FileLocks locks ? locks.withProvider(gate::before) : bean;
        }
    }
}
