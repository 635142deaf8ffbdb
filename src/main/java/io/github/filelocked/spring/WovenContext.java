package io.github.filelocked.spring;

import io.github.filelocked.aspectj.FileLockedAspect;
import io.github.filelocked.invoke.FileLockedInvocation;
import io.github.filelocked.invoke.FileLockedInvoker;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.InstantiationAwareBeanPostProcessor;
import org.springframework.util.function.SingletonSupplier;

/**
 * One of the contexts whose beans the aspect serves. Each bean uses the locks and settings of its own context, also
 * after that was closed: other locks might not exclude what still runs. Any other object uses those of the context that
 * started last.
 *
 * <p>It registers itself before there is any ordinary bean. The aspect itself is no bean, or Spring would proxy with it
 * as well.
 *
 * <p><b>Thread safety.</b> Safe for use by several threads.
 */
final class WovenContext implements BeanFactoryPostProcessor, InstantiationAwareBeanPostProcessor, DisposableBean {

    /** The one that started last comes first. */
    private static final List<WovenContext> CONTEXTS = new CopyOnWriteArrayList<>();

    private final ConfigurableListableBeanFactory beans;
    private final SingletonSupplier<FileLockedInvoker> invoker;
    private final CallersTransaction transactions = new CallersTransaction();
    private final IdentitySet objects = new IdentitySet();
    private volatile boolean closed;

    WovenContext(ConfigurableListableBeanFactory beans) {
        this.beans = beans;
        this.invoker = SingletonSupplier.of(() -> beans.getBean(FileLockedInvoker.class));
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory sameBeans) {
        beans.addBeanPostProcessor(this);
        CONTEXTS.add(0, this);
        forgetIdleOnes();
        FileLockedAspect.aspectOf().use(WovenContext::invokerFor);
    }

    @Override
    public boolean postProcessAfterInstantiation(Object bean, String name) {
        remember(bean);
        return true;
    }

    /** The products of factories come here only. */
    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        remember(bean);
        return bean;
    }

    private void remember(Object bean) {
        if (LockedMethods.existIn(bean.getClass())) {
            objects.add(bean);
        }
    }

    @Override
    public void destroy() {
        closed = true;
        forgetIdleOnes();
    }

    private static void forgetIdleOnes() {
        CONTEXTS.removeIf(context -> context.closed && context != CONTEXTS.get(0) && context.objects.isEmpty());
    }

    private static FileLockedInvoker invokerFor(FileLockedInvocation call) {
        WovenContext context = contextOf(call.target());
        if (CallersTransaction.isRunning() && CallersTransaction.lockedNow().isEmpty()) {
            context.transactions.warn(call.method());
        }
        return context.invoker.obtain();
    }

    private static WovenContext contextOf(@Nullable Object target) {
        WovenContext last = CONTEXTS.get(0);
        if (target == null || CONTEXTS.size() == 1) {
            return last;
        }
        return CONTEXTS.stream()
                .filter(context -> context.objects.contains(target))
                .findFirst()
                .orElseGet(() -> CONTEXTS.stream()
                        .filter(context -> !context.closed)
                        .findFirst()
                        .orElse(last));
    }

    /** Objects, compared by identity, that may be collected all the same. */
    private static final class IdentitySet {

        private final Set<Identity> members = ConcurrentHashMap.newKeySet();
        private final ReferenceQueue<Object> collected = new ReferenceQueue<>();

        void add(Object object) {
            forgetCollected();
            members.add(new Identity(object, collected));
        }

        boolean contains(Object object) {
            return members.contains(new Identity(object, null));
        }

        boolean isEmpty() {
            forgetCollected();
            return members.isEmpty();
        }

        private void forgetCollected() {
            for (Object next = collected.poll(); next != null; next = collected.poll()) {
                members.remove(next);
            }
        }
    }

    private static final class Identity extends WeakReference<Object> {

        private final int hash;

        Identity(Object object, @Nullable ReferenceQueue<Object> collected) {
            super(object, collected);
            this.hash = System.identityHashCode(object);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            Object object = get();
            return this == other || (other instanceof Identity some && object != null && some.get() == object);
        }
    }
}
