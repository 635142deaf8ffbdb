package io.github.filelocked.lock;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;

/** What an attempt on a file in one directory must not leave behind: looked at before, and again after. */
final class Traces {

    private final Path directory;
    private final Map<String, String> files;

    private Traces(Path directory) throws IOException {
        this.directory = directory.toRealPath();
        this.files = files();
    }

    static Traces of(Path directory) throws IOException {
        return new Traces(directory);
    }

    /** No file made, changed or removed; no descriptor, claim or inode kept. */
    void assertNone() throws IOException {
        assertNothingHeld();
        assertThat(files()).as("files").isEqualTo(files);
    }

    /** As {@link #assertNone()}, but these files are there, whatever they were before. */
    void assertNoneBut(String... names) throws IOException {
        assertNothingHeld();
        List<String> expected = new ArrayList<>(files.keySet());
        for (String name : names) {
            if (!expected.contains(name)) {
                expected.add(name);
            }
        }
        assertThat(files().keySet()).as("files").containsExactlyInAnyOrderElementsOf(expected);
    }

    void assertNothingHeld() throws IOException {
        assertNothingHeldIn(directory);
    }

    /** The tables' other entries are those of an earlier test that failed, and its business. */
    static void assertNothingHeldIn(Path directory) throws IOException {
        Path real = directory.toRealPath();
        assertThat(claims().keySet()).as("claims").noneMatch(sidecar -> sidecar.startsWith(real));
        assertThat(inodes().values()).as("inodes").noneMatch(sidecar -> sidecar.startsWith(real));
        assertThat(descriptors(real)).as("open descriptors").isEmpty();
    }

    @SuppressWarnings("unchecked")
    static Map<Path, Object[]> claims() {
        return (Map<Path, Object[]>) System.getProperties().getOrDefault("io.github.filelocked.claims/1", Map.of());
    }

    @SuppressWarnings("unchecked")
    static Map<Object, Path> inodes() {
        return (Map<Object, Path>) System.getProperties().getOrDefault("io.github.filelocked.inodes/1", Map.of());
    }

    /** The files in a directory that this process has open. */
    static List<String> descriptors(Path directory) throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    String file = Files.readSymbolicLink(descriptor).toString();
                    if (file.startsWith(directory + "/")) {
                        open.add(file);
                    }
                } catch (NoSuchFileException closedMeanwhile) {
                    // Among others, the one through which the list was read.
                }
            }
        }
        return open;
    }

    /** Returns when so many threads of this JVM wait for the sidecar in its queue, the head of the queue included. */
    static void awaitWaiters(Path lockFile, int number) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(() -> waiters(lockFile) == number);
    }

    static int waiters(Path lockFile) {
        Object[] claim = claims().get(lockFile);
        return claim == null ? 0 : ((Semaphore) claim[1]).getQueueLength() + ((Semaphore) claim[2]).getQueueLength();
    }

    /** Returns when a thread of some process waits in the kernel for the sidecar. */
    static void awaitKernelWaiter(Path lockFile) throws IOException {
        String inode = ":" + Files.getAttribute(lockFile, "unix:ino") + " ";
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(() -> Files.readAllLines(Path.of("/proc/locks"), ISO_8859_1).stream()
                        .anyMatch(line -> line.contains("->") && line.contains(inode)));
    }

    private Map<String, String> files() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            Map<String, String> found = new TreeMap<>();
            all.filter(path -> !path.equals(directory))
                    .forEach(path -> found.put(directory.relativize(path).toString(), describe(path)));
            return found;
        }
    }

    private static String describe(Path path) {
        try {
            PosixFileAttributes is = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            String mode = PosixFilePermissions.toString(is.permissions());
            return is.isRegularFile() ? is.size() + " " + mode + " " + is.lastModifiedTime() : "special " + mode;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
