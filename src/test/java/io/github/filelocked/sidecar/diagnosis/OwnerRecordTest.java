package io.github.filelocked.sidecar.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.FaultyFileSystem.Call;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Logged;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockRequest;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class OwnerRecordTest {

    private static final long PID = ProcessHandle.current().pid();

    private Path file;
    private Path sidecar;

    @BeforeEach
    void resolveTheFile(@TempDir Path temporary) throws IOException {
        file = temporary.toRealPath().resolve("x");
        sidecar = file.resolveSibling("x.lock");
    }

    private LockRequest request() {
        return new LockRequest(LockTarget.file(file), sidecar, Duration.ZERO, LockOrigin.NONE);
    }

    private FileChannel open() throws IOException {
        return FileChannel.open(sidecar, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private void assertBlank() throws IOException {
        assertThat(Files.readString(sidecar).strip()).isEqualTo("#filelocked\nresource=" + file);
        assertThat(sidecar).hasSize(512);
    }

    /** By another process: to close a descriptor of a sidecar in this one would drop its lock. */
    private static String read(Path path) throws Exception {
        Process cat = new ProcessBuilder("cat", path.toString()).start();
        String content = new String(cat.getInputStream().readAllBytes(), UTF_8);
        assertThat(cat.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return content;
    }

    @Nested
    class WhileALockIsHeld {

        private final FileLocks locks = FileLocks.create();

        @AfterEach
        void nothingIsLeftBehind() throws IOException {
            Traces.assertNothingHeldIn(file.getParent());
        }

        @Test
        void theSidecarSaysWhoHoldsIt() throws Exception {
            Instant before = Instant.now();
            try (HeldLocks held =
                    locks.acquireAll(List.of(LockTarget.file(file)), Duration.ZERO, LockOrigin.of("Jobs.run"))) {
                assertThat(held.locks()).hasSize(1);
                List<String> lines = read(sidecar).lines().map(String::strip).toList();
                assertThat(lines.get(0)).isEqualTo("#filelocked");
                assertThat(lines.get(1)).isEqualTo("resource=" + file);
                assertThat(lines.get(2)).isEqualTo("pid=" + PID);
                assertThat(lines.get(3)).matches("host=.+");
                assertThat(lines.get(4))
                        .isEqualTo("thread=" + Thread.currentThread().getName());
                assertThat(lines.get(5)).isEqualTo("operation=Jobs.run");
                assertThat(Instant.parse(lines.get(6).substring("since=".length())))
                        .isBetween(before, Instant.now());
                assertThat("pid:[" + lines.get(7).substring("namespace=".length()) + "]")
                        .isEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
                                .toString());
                assertThat(Files.size(sidecar)).isEqualTo(512);
            }
        }

        @Test
        void aLoserOfThisJvmLearnsIt() throws Exception {
            try (HeldLocks held =
                    locks.acquireAll(List.of(LockTarget.file(file)), Duration.ZERO, LockOrigin.of("Jobs.run"))) {
                assertThat(held.locks()).hasSize(1);
                LockNotAcquiredException busy = InThread.call(() ->
                        catchThrowableOfType(LockNotAcquiredException.class, () -> locks.acquire(file, Duration.ZERO)));
                LockHolder holder = busy.holder().orElseThrow();
                assertThat(holder.pid()).isEqualTo(PID);
                assertThat(holder.operation()).isEqualTo("Jobs.run");
                assertThat(holder.thread()).isEqualTo(Thread.currentThread().getName());
                assertThat(busy).hasMessageContaining(holder.toString()).hasMessageContaining("in Jobs.run, since ");
            }
        }

        @Test
        void theRecordIsBlankedAtRelease() throws IOException {
            locks.acquire(file).close();
            assertBlank();
        }

        @Test
        void aShorterRecordLeavesNothingOfALongerOne() throws Exception {
            locks.acquireAll(List.of(LockTarget.file(file)), Duration.ZERO, LockOrigin.of("o".repeat(150)))
                    .close();
            try (HeldLock lock = locks.acquire(file)) {
                assertThat(read(lock.lockFile())).doesNotContain("oo").hasLineCount(10);
            }
        }

        @Test
        void contentOfAnotherProgramIsLeftAloneAndReportedOnce() throws Exception {
            forgetTheWarning();
            Path other = file.resolveSibling("y.lock");
            Files.writeString(sidecar, "#fileLOCKED by another");
            Files.writeString(other, "4711\n");
            try (Logged logged = new Logged()) {
                for (int round = 0; round < 2; round++) {
                    locks.acquire(file).close();
                    locks.acquire(file.resolveSibling("y")).close();
                }
                assertThat(logged.messages()).hasSize(1);
                assertThat(logged.messages().get(0))
                        .startsWith("WARNING")
                        .contains("the lock file " + sidecar + " has content of another program");
            }
            assertThat(sidecar).hasContent("#fileLOCKED by another");
            assertThat(other).hasContent("4711\n");
        }

        private void forgetTheWarning() throws ReflectiveOperationException {
            Field warned = OwnerRecord.class.getDeclaredField("WARNED");
            warned.setAccessible(true);
            ((AtomicBoolean) warned.get(null)).set(false);
        }

        @Test
        void withoutTheOptionTheSidecarNamesItsResourceAlone() throws Exception {
            FileLocks silent = FileLocks.builder().ownerRecord(false).build();
            try (HeldLock lock = silent.acquire(file)) {
                assertThat(read(lock.lockFile()).strip()).isEqualTo("#filelocked\nresource=" + file);
            }
            assertBlank();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void eachAcquisitionRenewsTheTimeSoThatNoCleanerFindsAnOldFile(boolean ownerRecord) throws Exception {
            FileLocks either = FileLocks.builder().ownerRecord(ownerRecord).build();
            for (String content : new String[] {null, "", "4711\n"}) {
                if (content == null) {
                    either.acquire(file).close();
                } else {
                    Files.writeString(sidecar, content);
                }
                Files.setLastModifiedTime(sidecar, FileTime.from(Instant.EPOCH));
                try (HeldLock lock = either.acquire(file)) {
                    assertThat(Files.getLastModifiedTime(lock.lockFile()).toInstant())
                            .isAfter(Instant.now().minusSeconds(60));
                }
            }
            assertThat(sidecar).hasContent("4711\n");
        }

        @Test
        void theRecordOfAKilledHolderIsBlankedWithoutTheOptionToo() throws Exception {
            try (FileChannel channel = open()) {
                OwnerRecord.write(channel, request(), new LockHolder(4711, "h", "t", "o", Instant.EPOCH));
                OwnerRecord.touch(channel, request());
                assertThat(OwnerRecord.read(channel)).isNull();
            }
        }

        @Test
        void theZerosThatACrashLeavesAreWrittenOver() throws Exception {
            Files.write(sidecar, new byte[512]);
            locks.acquire(file).close();
            assertBlank();
        }

        @Test
        void noTwoFreeSidecarsAreEqualSoThatNoToolJoinsThem() throws Exception {
            String longName = "n".repeat(200);
            Set<String> contents = new HashSet<>();
            for (String name :
                    List.of("a/" + longName, "b/" + longName, longName + "a", longName + "b", "a/x", "b/x")) {
                try (HeldLock lock = locks.acquire(file.resolveSibling(name))) {
                    sidecar = lock.lockFile();
                }
                assertThat(sidecar).hasSize(512);
                assertThat(contents.add(Files.readString(sidecar))).as(name).isTrue();
            }
        }

        @Test
        void itIsBlankedByTheLastReleaseThroughWhateverInstance() throws IOException {
            FileLocks silent = FileLocks.builder().ownerRecord(false).build();
            HeldLock recorded = locks.acquire(file);
            HeldLock last = silent.acquire(file);
            recorded.close();
            last.close();
            assertBlank();
        }

        @Test
        void theLastOfSeveralSharedHoldersBlanksIt() throws Exception {
            LockTarget shared = LockTarget.file(file).shared();
            HeldLock first = locks.acquire(shared);
            HeldLock second = InThread.call(() -> locks.acquire(shared));
            first.close();
            assertThat(read(sidecar)).contains("pid=" + PID);
            second.close();
            assertBlank();
        }
    }

    @Nested
    class WhenAnotherProcessHoldsIt {

        private final FileLocks locks = FileLocks.create();

        /** Writes a record and locks the sidecar elsewhere, then is told by a loser who holds it. */
        private String told(LockHolder holder, Duration timeout) throws Exception {
            try (FileChannel channel = open()) {
                OwnerRecord.write(channel, request(), holder);
            }
            try (ForeignHolder foreigner = ForeignHolder.start().lock(sidecar)) {
                LockNotAcquiredException busy =
                        catchThrowableOfType(LockNotAcquiredException.class, () -> locks.acquire(file, timeout));
                foreigner.unlock();
                assertThat(busy).hasMessageContaining(file.toString()).hasMessageContaining(sidecar.toString());
                return busy.holder().map(LockHolder::toString).orElse("unknown");
            }
        }

        @Test
        void aLoserReadsItsRecord() throws Exception {
            LockHolder holder = new LockHolder(4711, "elsewhere", "main", "Jobs.run", Instant.EPOCH);
            String expected = "pid 4711 on elsewhere, thread \"main\", in Jobs.run, since 1970-01-01T00:00:00Z";
            assertThat(told(holder, Duration.ZERO)).isEqualTo(expected);
            assertThat(told(holder, Duration.ofMillis(20))).isEqualTo(expected);
        }

        @Test
        void theRecordOfADeadProcessIsIgnored() throws Exception {
            Process dead = new ProcessBuilder("true").start();
            assertThat(dead.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(told(new LockHolder(dead.pid(), OwnerRecord.HOST, "main", "", Instant.EPOCH), Duration.ZERO))
                    .matches("pid \\d+ \\(java\\), which left no record")
                    .doesNotContain("pid " + dead.pid() + " ");
        }

        @Test
        void theRecordOfAnotherSharedHolderIsNotBlanked() throws Exception {
            LockHolder other = new LockHolder(4711, "elsewhere", "main", "", Instant.EPOCH);
            try (FileChannel channel = open()) {
                OwnerRecord.write(channel, request(), other);
                OwnerRecord.erase(channel, sidecar, true);
                assertThat(OwnerRecord.read(channel)).isEqualTo(other);
                OwnerRecord.erase(channel, sidecar, false);
                assertThat(OwnerRecord.read(channel)).isNull();
            }
        }
    }

    @Nested
    class WithStrangeContent {

        private LockHolder writtenAndRead(LockHolder holder) throws IOException {
            try (FileChannel channel = open()) {
                OwnerRecord.write(channel, request(), holder);
                assertThat(channel.size()).isEqualTo(512);
                return OwnerRecord.read(channel);
            }
        }

        @Test
        void controlCharactersCannotForgeALine() throws IOException {
            String forged = "x y\npid=1\r\nhost=evil\u0000\u001b[2J\u007f\nsince=1";
            LockHolder read = writtenAndRead(new LockHolder(4711, "h\nthread=t", forged, forged, Instant.EPOCH));
            assertThat(read.pid()).isEqualTo(4711);
            assertThat(read.host()).isEqualTo("h?thread=t");
            assertThat(read.since()).isEqualTo(Instant.EPOCH);
            assertThat(read.thread()).isEqualTo(read.operation()).startsWith("x y?pid=1??host=evil??[2J??since=");
            assertThat(Files.readAllLines(sidecar)).hasSize(10);
        }

        @Test
        void whatAnotherVersionWroteRawIsMadePrintableByTheReader() throws Exception {
            String raw = List.of(
                            "pid=4711",
                            "host=h",
                            "thread=t\u001b]0;\u0007\u0085",
                            "operation=o\u2028\u202e",
                            "since=1970-01-01T00:00:00Z",
                            "namespace=")
                    .stream()
                    .map(line -> line + "\n")
                    .collect(Collectors.joining());
            CRC32 sum = new CRC32();
            sum.update(raw.getBytes(UTF_8));
            try (FileChannel channel = open()) {
                OwnerRecord.touch(channel, request());
                channel.write(UTF_8.encode(raw + "check=" + Long.toHexString(sum.getValue()) + "\n"), 156);
                LockHolder read = OwnerRecord.read(channel);
                assertThat(read.toString())
                        .isEqualTo("pid 4711 on h, thread \"t?]0;??\", in o??, since 1970-01-01T00:00:00Z");
            }
        }

        @Test
        void aRecordThatWasWrittenHalfOverAnotherIsNone() throws IOException {
            byte[] first = written(new LockHolder(4711, "first", "one", "Jobs.first", Instant.EPOCH));
            byte[] second = written(new LockHolder(4712, "second", "two", "Jobs.second", Instant.EPOCH));
            int told = 0;
            for (int cut = 156; cut <= 512; cut++) {
                byte[] mixed = first.clone();
                System.arraycopy(second, 0, mixed, 0, cut);
                try (FileChannel channel = open()) {
                    channel.write(ByteBuffer.wrap(mixed), 0);
                    LockHolder read = OwnerRecord.read(channel);
                    if (read != null) {
                        assertThat(read.host() + read.thread() + read.operation())
                                .isEqualTo(read.pid() == 4711 ? "firstoneJobs.first" : "secondtwoJobs.second");
                        told++;
                    }
                }
            }
            assertThat(told)
                    .as("mixtures that differ from a whole one in nothing but blanks")
                    .isBetween(2, 300);
        }

        private byte[] written(LockHolder holder) throws IOException {
            writtenAndRead(holder);
            return Files.readAllBytes(sidecar);
        }

        @Test
        void longNamesAreCutBetweenCharacters() throws IOException {
            for (String letter : List.of("n", "ü", "語", "\uD83D\uDD12")) {
                String name = letter.repeat(600);
                LockHolder read = writtenAndRead(new LockHolder(
                        Long.MAX_VALUE, name, name, name, Instant.parse("2026-11-23T04:43:40.123456789Z")));
                assertThat(read.pid()).isEqualTo(Long.MAX_VALUE);
                assertThat(read.since()).isEqualTo(Instant.parse("2026-11-23T04:43:40.123456789Z"));
                for (String cut : List.of(read.host(), read.thread(), read.operation())) {
                    assertThat(cut).isNotEmpty().hasSizeLessThan(name.length());
                    assertThat(name).startsWith(cut);
                    assertThat(cut.length() % letter.length()).isZero();
                }
            }
        }

        @Test
        void whateverStandsInASidecarReadingItDoesNoHarm() throws IOException {
            Random random = new Random(20261123);
            String good = "#filelocked\npid=1\nhost=h\nthread=t\noperation=o\nsince=1970-01-01T00:00:00Z\n";
            try (FileChannel channel = open()) {
                for (int round = 0; round < 3_000; round++) {
                    byte[] content = round % 2 == 0 ? good.getBytes(UTF_8) : new byte[random.nextInt(700)];
                    for (int i = random.nextInt(8); i > 0 && content.length > 0; i--) {
                        content[random.nextInt(content.length)] = (byte) random.nextInt(256);
                    }
                    channel.truncate(0);
                    channel.write(ByteBuffer.wrap(content), 0);
                    assertThatCode(() -> OwnerRecord.read(channel)).doesNotThrowAnyException();
                    assertThatCode(() -> OwnerRecord.erase(channel, sidecar, true))
                            .doesNotThrowAnyException();
                }
                for (String record : List.of(
                        "#filelocked\npid=-5\nsince=1970-01-01T00:00:00Z",
                        "#filelocked\npid=99999999999999999999\nsince=1970-01-01T00:00:00Z",
                        "#filelocked\npid=1\nsince=yesterday",
                        "#filelocked\n=\n==\npid",
                        "#filelocked",
                        "")) {
                    channel.truncate(0);
                    channel.write(UTF_8.encode(record), 0);
                    assertThatCode(() -> OwnerRecord.read(channel)).doesNotThrowAnyException();
                }
            }
        }
    }

    /** I23: a diagnosis never costs the lock. */
    @Nested
    class ThatCannotBeWritten {

        private final FaultyFileSystem files = new FaultyFileSystem();
        private final FileLocks locks = FileLocks.create();

        static Stream<Supplier<Throwable>> failures() {
            return Stream.of(
                    () -> new IOException("No space left on device"),
                    () -> new IOException("Disk quota exceeded"),
                    () -> new IOException("Input/output error"),
                    () -> new IllegalStateException("a bug"),
                    () -> new OutOfMemoryError("Cannot reserve memory"));
        }

        @ParameterizedTest
        @MethodSource("failures")
        void theLockIsAcquiredWithOneLogLine(Supplier<Throwable> failure) throws Exception {
            for (FileLocks either :
                    List.of(locks, FileLocks.builder().ownerRecord(false).build())) {
                for (Call failing : List.of(Call.READ, Call.WRITE)) {
                    Path directory = Files.createTempDirectory(file.getParent(), "d");
                    try (Logged logged = new Logged()) {
                        files.failOn(failing, failure);
                        for (int round = 0; round < 3; round++) {
                            try (HeldLock lock = either.acquire(files.path(directory.resolve("x")), Duration.ZERO)) {
                                assertThat(lock.isHeld()).isTrue();
                            }
                        }
                        assertThat(logged.messages())
                                .singleElement()
                                .satisfies(line -> assertThat(line)
                                        .startsWith("WARNING")
                                        .contains(
                                                directory + "/x.lock",
                                                failure.get().getMessage(),
                                                "not affected"));
                    } finally {
                        files.heal();
                    }
                    either.acquire(files.path(directory.resolve("x"))).close();
                    Traces.assertNothingHeldIn(directory);
                }
            }
        }

        @ParameterizedTest
        @MethodSource("failures")
        void theLockIsReleased(Supplier<Throwable> failure) throws Exception {
            for (LockTarget target : List.of(
                    LockTarget.file(files.path(file)),
                    LockTarget.file(files.path(file)).shared())) {
                HeldLock lock = locks.acquire(target);
                files.failOn(Call.WRITE, failure);
                assertThatCode(lock::close).doesNotThrowAnyException();
                files.heal();
                Traces.assertNothingHeldIn(file.getParent());
            }
        }

        @Test
        void aFailureIsReportedAgainWhenItHadGoneMeanwhile() {
            try (Logged logged = new Logged()) {
                for (int round = 1; round <= 2; round++) {
                    files.failOn(Call.WRITE, () -> new IOException("No space left on device"));
                    locks.acquire(files.path(file)).close();
                    files.heal();
                    locks.acquire(files.path(file)).close();
                    assertThat(logged.messages()).hasSize(round);
                }
            }
        }

        @Test
        void anInterruptThatClosesTheChannelGoesOnBecauseTheLockIsGone() throws IOException {
            try (FileChannel channel = open()) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> OwnerRecord.write(
                                channel, request(), new LockHolder(4711, "h", "t", "o", Instant.EPOCH)))
                        .isInstanceOf(ClosedByInterruptException.class);
                assertThatThrownBy(() -> OwnerRecord.erase(channel, sidecar, false))
                        .isInstanceOf(ClosedChannelException.class);
                assertThatThrownBy(() -> OwnerRecord.touch(channel, request()))
                        .isInstanceOf(ClosedChannelException.class);
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }
}
