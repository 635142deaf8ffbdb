package io.github.filelocked.lock;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/**
 * The machine's own file system, whose calls can be counted and made to fail. It answers to the scheme "file", because
 * the engine takes no other.
 */
final class FaultyFileSystem extends FileSystem {

    enum Call {
        OPEN,
        CREATE,
        TRY_LOCK,
        LOCK,
        UNLOCK,
        READ,
        WRITE,
        SIZE,
        CLOSE,
        ATTRIBUTES,
        PERMISSIONS,
        LINK,
        MKDIR,
        DELETE,
        STORE,
        REAL_PATH,
        READ_LINK,
        ACCESS
    }

    /** Sees each call before it is made; for {@link Call#CLOSE} and {@link Call#UNLOCK} when it has been made. */
    @FunctionalInterface
    interface Rule {
        void check(Call call, Path path) throws Throwable;
    }

    private final FileSystem real = FileSystems.getDefault();
    private final Provider provider = new Provider();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private volatile Rule rule = (call, path) -> {};
    private volatile Runnable beforeClose = () -> {};
    private volatile String storeType = "";
    private volatile Call failed;

    /** A path of this file system for one of the machine's own. */
    Path path(Path realPath) {
        return new FaultyPath(realPath);
    }

    /** From now on, the n-th call of this thread fails, counted from 1. */
    void failAt(int n, Supplier<? extends Throwable> failure) {
        failed = null;
        Thread thread = Thread.currentThread();
        AtomicInteger count = new AtomicInteger();
        rule = (call, path) -> {
            if (Thread.currentThread() == thread && count.incrementAndGet() == n) {
                failed = call;
                throw failure.get();
            }
        };
    }

    /** From now on, all calls of one kind fail. */
    void failOn(Call failing, Supplier<? extends Throwable> failure) {
        rule = (call, path) -> {
            if (call == failing) {
                throw failure.get();
            }
        };
    }

    /** What {@link #failAt} has made to fail, or null if the call was never reached. */
    Call failed() {
        return failed;
    }

    void rule(Rule newRule) {
        rule = newRule;
    }

    /** What precedes each close of a channel; it may take its time, but not fail. */
    void beforeClose(Runnable action) {
        beforeClose = action;
    }

    void heal() {
        rule = (call, path) -> {};
    }

    /** What the file stores say they are, in place of the truth. */
    void storeType(String type) {
        storeType = type;
    }

    /** The calls since the last {@link #forget()}. */
    List<Call> calls() {
        return List.copyOf(calls);
    }

    long count(Call call) {
        return calls.stream().filter(call::equals).count();
    }

    void forget() {
        calls.clear();
    }

    private void called(Call call, Path path) throws IOException {
        calls.add(call);
        try {
            rule.check(call, path);
        } catch (IOException | RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable other) {
            throw new AssertionError("a rule throws what no file system could", other);
        }
    }

    private Path wrap(Path path) {
        return path == null ? null : new FaultyPath(path);
    }

    private static Path unwrap(Path path) {
        return path instanceof FaultyPath faulty ? faulty.path : path;
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public boolean isReadOnly() {
        return false;
    }

    @Override
    public String getSeparator() {
        return real.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return StreamSupport.stream(real.getRootDirectories().spliterator(), false)
                .map(this::wrap)
                .toList();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return real.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return real.supportedFileAttributeViews();
    }

    @Override
    public Path getPath(String first, String... more) {
        return wrap(real.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String syntaxAndPattern) {
        return path -> real.getPathMatcher(syntaxAndPattern).matches(unwrap(path));
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return real.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() {
        throw new UnsupportedOperationException();
    }

    private final class FaultyPath implements Path {

        private final Path path;

        FaultyPath(Path path) {
            this.path = path;
        }

        @Override
        public FileSystem getFileSystem() {
            return FaultyFileSystem.this;
        }

        @Override
        public boolean isAbsolute() {
            return path.isAbsolute();
        }

        @Override
        public Path getRoot() {
            return wrap(path.getRoot());
        }

        @Override
        public Path getFileName() {
            return wrap(path.getFileName());
        }

        @Override
        public Path getParent() {
            return wrap(path.getParent());
        }

        @Override
        public int getNameCount() {
            return path.getNameCount();
        }

        @Override
        public Path getName(int index) {
            return wrap(path.getName(index));
        }

        @Override
        public Path subpath(int beginIndex, int endIndex) {
            return wrap(path.subpath(beginIndex, endIndex));
        }

        @Override
        public boolean startsWith(Path other) {
            return path.startsWith(unwrap(other));
        }

        @Override
        public boolean endsWith(Path other) {
            return path.endsWith(unwrap(other));
        }

        @Override
        public Path normalize() {
            return wrap(path.normalize());
        }

        @Override
        public Path resolve(Path other) {
            return wrap(path.resolve(unwrap(other)));
        }

        @Override
        public Path relativize(Path other) {
            return wrap(path.relativize(unwrap(other)));
        }

        @Override
        public URI toUri() {
            return path.toUri();
        }

        @Override
        public Path toAbsolutePath() {
            return wrap(path.toAbsolutePath());
        }

        @Override
        public Path toRealPath(LinkOption... options) throws IOException {
            called(Call.REAL_PATH, path);
            return wrap(path.toRealPath(options));
        }

        @Override
        public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int compareTo(Path other) {
            return path.compareTo(unwrap(other));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof FaultyPath faulty && path.equals(faulty.path);
        }

        @Override
        public int hashCode() {
            return path.hashCode();
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    private final class Provider extends FileSystemProvider {

        private final FileSystemProvider provider = real.provider();

        @Override
        public String getScheme() {
            return provider.getScheme();
        }

        @Override
        public FileSystem newFileSystem(URI uri, Map<String, ?> env) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileSystem getFileSystem(URI uri) {
            return FaultyFileSystem.this;
        }

        @Override
        public Path getPath(URI uri) {
            return wrap(provider.getPath(uri));
        }

        @Override
        public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
                throws IOException {
            if (options.contains(StandardOpenOption.CREATE)) {
                throw new AssertionError("in a sticky directory, Linux may refuse O_CREAT to all but a file's owner");
            }
            called(options.contains(StandardOpenOption.CREATE_NEW) ? Call.CREATE : Call.OPEN, path);
            return new FaultyChannel(unwrap(path), provider.newFileChannel(unwrap(path), options, attributes));
        }

        @Override
        public SeekableByteChannel newByteChannel(
                Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
            return newFileChannel(path, options, attributes);
        }

        @Override
        public DirectoryStream<Path> newDirectoryStream(Path dir, DirectoryStream.Filter<? super Path> filter) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void createDirectory(Path dir, FileAttribute<?>... attributes) throws IOException {
            called(Call.MKDIR, dir);
            provider.createDirectory(unwrap(dir), attributes);
        }

        @Override
        public void delete(Path path) throws IOException {
            called(Call.DELETE, path);
            provider.delete(unwrap(path));
        }

        @Override
        public void copy(Path source, Path target, CopyOption... options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void move(Path source, Path target, CopyOption... options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isSameFile(Path path, Path path2) throws IOException {
            return provider.isSameFile(unwrap(path), unwrap(path2));
        }

        @Override
        public boolean isHidden(Path path) throws IOException {
            return provider.isHidden(unwrap(path));
        }

        @Override
        public FileStore getFileStore(Path path) throws IOException {
            called(Call.STORE, path);
            return new FaultyStore(provider.getFileStore(unwrap(path)));
        }

        @Override
        public void checkAccess(Path path, AccessMode... modes) throws IOException {
            called(Call.ACCESS, path);
            provider.checkAccess(unwrap(path), modes);
        }

        @Override
        public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
            V view = provider.getFileAttributeView(unwrap(path), type, options);
            if (view == null || type != PosixFileAttributeView.class) {
                return view;
            }
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                        called(Call.PERMISSIONS, path);
                        try {
                            return method.invoke(view, arguments);
                        } catch (InvocationTargetException failure) {
                            throw failure.getCause();
                        }
                    }));
        }

        @Override
        public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
                throws IOException {
            called(Call.ATTRIBUTES, path);
            return provider.readAttributes(unwrap(path), type, options);
        }

        @Override
        public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
                throws IOException {
            called(Call.ATTRIBUTES, path);
            return provider.readAttributes(unwrap(path), attributes, options);
        }

        @Override
        public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
            called(Call.PERMISSIONS, path);
            provider.setAttribute(unwrap(path), attribute, value, options);
        }

        @Override
        public void createLink(Path link, Path existing) throws IOException {
            called(Call.LINK, link);
            provider.createLink(unwrap(link), unwrap(existing));
        }

        @Override
        public Path readSymbolicLink(Path link) throws IOException {
            called(Call.READ_LINK, link);
            return wrap(provider.readSymbolicLink(unwrap(link)));
        }
    }

    private final class FaultyChannel extends FileChannel {

        private final Path path;
        private final FileChannel channel;

        FaultyChannel(Path path, FileChannel channel) {
            this.path = path;
            this.channel = channel;
        }

        @Override
        public int read(ByteBuffer dst) throws IOException {
            called(Call.READ, path);
            return channel.read(dst);
        }

        @Override
        public long read(ByteBuffer[] dsts, int offset, int length) throws IOException {
            called(Call.READ, path);
            return channel.read(dsts, offset, length);
        }

        @Override
        public int read(ByteBuffer dst, long position) throws IOException {
            called(Call.READ, path);
            return channel.read(dst, position);
        }

        @Override
        public int write(ByteBuffer src) throws IOException {
            called(Call.WRITE, path);
            return channel.write(src);
        }

        @Override
        public long write(ByteBuffer[] srcs, int offset, int length) throws IOException {
            called(Call.WRITE, path);
            return channel.write(srcs, offset, length);
        }

        @Override
        public int write(ByteBuffer src, long position) throws IOException {
            called(Call.WRITE, path);
            return channel.write(src, position);
        }

        @Override
        public long position() throws IOException {
            return channel.position();
        }

        @Override
        public FileChannel position(long newPosition) throws IOException {
            channel.position(newPosition);
            return this;
        }

        @Override
        public long size() throws IOException {
            called(Call.SIZE, path);
            return channel.size();
        }

        @Override
        public FileChannel truncate(long size) {
            throw new AssertionError("a sidecar is never truncated: I4");
        }

        @Override
        public void force(boolean metaData) throws IOException {
            channel.force(metaData);
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel src, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) throws IOException {
            called(Call.LOCK, path);
            return new FaultyLock(this, channel.lock(position, size, shared));
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            called(Call.TRY_LOCK, path);
            FileLock lock = channel.tryLock(position, size, shared);
            return lock == null ? null : new FaultyLock(this, lock);
        }

        /** As close(2): the descriptor is gone even where it fails. */
        @Override
        protected void implCloseChannel() throws IOException {
            beforeClose.run();
            channel.close();
            called(Call.CLOSE, path);
        }
    }

    private final class FaultyLock extends FileLock {

        private final FileLock lock;

        FaultyLock(FaultyChannel channel, FileLock lock) {
            super(channel, lock.position(), lock.size(), lock.isShared());
            this.lock = lock;
        }

        @Override
        public boolean isValid() {
            return lock.isValid();
        }

        @Override
        public void release() throws IOException {
            lock.release();
            called(Call.UNLOCK, ((FaultyChannel) channel()).path);
        }
    }

    private final class FaultyStore extends FileStore {

        private final FileStore store;

        FaultyStore(FileStore store) {
            this.store = store;
        }

        @Override
        public String name() {
            return store.name();
        }

        @Override
        public String type() {
            return storeType.isEmpty() ? store.type() : storeType;
        }

        @Override
        public boolean isReadOnly() {
            return store.isReadOnly();
        }

        @Override
        public long getTotalSpace() throws IOException {
            return store.getTotalSpace();
        }

        @Override
        public long getUsableSpace() throws IOException {
            return store.getUsableSpace();
        }

        @Override
        public long getUnallocatedSpace() throws IOException {
            return store.getUnallocatedSpace();
        }

        @Override
        public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
            return store.supportsFileAttributeView(type);
        }

        @Override
        public boolean supportsFileAttributeView(String name) {
            return store.supportsFileAttributeView(name);
        }

        @Override
        public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
            return store.getFileStoreAttributeView(type);
        }

        @Override
        public Object getAttribute(String attribute) throws IOException {
            return store.getAttribute(attribute);
        }
    }
}
