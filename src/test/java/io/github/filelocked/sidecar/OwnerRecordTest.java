package io.github.filelocked.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.HeldLocks;
import io.github.filelocked.fixture.ForeignHolder;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Logged;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockHolder;
import io.github.filelocked.lock.LockNotAcquiredException;
import io.github.filelocked.lock.LockOrigin;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

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
                assertThat(lines.get(1)).isEqualTo("pid=" + PID);
                assertThat(lines.get(2)).matches("host=.+");
                assertThat(lines.get(3))
                        .isEqualTo("thread=" + Thread.currentThread().getName());
                assertThat(lines.get(4)).isEqualTo("operation=Jobs.run");
                assertThat(Instant.parse(lines.get(5).substring("since=".length())))
                        .isBetween(before, Instant.now());
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
            assertThat(Files.readString(sidecar).strip()).isEqualTo("#filelocked");
            assertThat(sidecar).hasSize(512);
        }

        @Test
        void aShorterRecordLeavesNothingOfALongerOne() throws Exception {
            locks.acquireAll(List.of(LockTarget.file(file)), Duration.ZERO, LockOrigin.of("o".repeat(150)))
                    .close();
            try (HeldLock lock = locks.acquire(file)) {
                assertThat(read(lock.lockFile())).doesNotContain("oo").hasLineCount(7);
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
                        .contains("the sidecar " + sidecar + " has content of another program");
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
        void nothingIsWrittenWhereItIsSwitchedOff() throws Exception {
            FileLocks silent = FileLocks.builder().ownerRecord(false).build();
            silent.acquire(file).close();
            Files.setLastModifiedTime(sidecar, FileTime.from(Instant.EPOCH));
            try (HeldLock lock = silent.acquire(file)) {
                assertThat(Files.size(lock.lockFile())).isZero();
            }
            assertThat(sidecar).isEmptyFile();
            assertThat(Files.getLastModifiedTime(sidecar)).isEqualTo(FileTime.from(Instant.EPOCH));
        }

        @Test
        void itIsBlankedByTheLastReleaseThroughWhateverInstance() throws IOException {
            FileLocks silent = FileLocks.builder().ownerRecord(false).build();
            HeldLock recorded = locks.acquire(file);
            HeldLock last = silent.acquire(file);
            recorded.close();
            last.close();
            assertThat(Files.readString(sidecar).strip()).isEqualTo("#filelocked");
        }

        @Test
        void theLastOfSeveralSharedHoldersBlanksIt() throws Exception {
            LockTarget shared = LockTarget.file(file).shared();
            HeldLock first = locks.acquire(shared);
            HeldLock second = InThread.call(() -> locks.acquire(shared));
            first.close();
            assertThat(read(sidecar)).contains("pid=" + PID);
            second.close();
            assertThat(Files.readString(sidecar).strip()).isEqualTo("#filelocked");
        }
    }

    @Nested
    class WhenAnotherProcessHoldsIt {

        private final FileLocks locks = FileLocks.create();

        /** Writes a record and locks the sidecar elsewhere, then is told by a loser who holds it. */
        private String told(LockHolder holder, Duration timeout) throws Exception {
            try (FileChannel channel = open()) {
                OwnerRecord.write(channel, sidecar, holder);
            }
            try (ForeignHolder foreigner = ForeignHolder.start().lock(sidecar)) {
                LockNotAcquiredException busy =
                        catchThrowableOfType(LockNotAcquiredException.class, () -> locks.acquire(file, timeout));
                foreigner.unlock();
                assertThat(busy).hasMessageContaining(file.toString()).hasMessageContaining(sidecar.toString());
                return busy.holder().map(LockHolder::toString).orElse("unknown");
            }
        }

        private FileChannel open() throws IOException {
            return FileChannel.open(
                    sidecar, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
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
            String host = OwnerRecord.of("", "", Instant.EPOCH).host();
            assertThat(told(new LockHolder(dead.pid(), host, "main", "", Instant.EPOCH), Duration.ZERO))
                    .isEqualTo("unknown");
            assertThat(told(new LockHolder(PID, host, "main", "", Instant.EPOCH), Duration.ZERO))
                    .startsWith("pid " + PID);
        }

        @Test
        void theRecordOfAnotherSharedHolderIsNotBlanked() throws Exception {
            LockHolder other = new LockHolder(4711, "elsewhere", "main", "", Instant.EPOCH);
            try (FileChannel channel = open()) {
                OwnerRecord.write(channel, sidecar, other);
                OwnerRecord.erase(channel, true);
                assertThat(OwnerRecord.read(channel)).isEqualTo(other);
                OwnerRecord.erase(channel, false);
                assertThat(OwnerRecord.read(channel)).isNull();
            }
        }
    }

    @Nested
    class WithStrangeContent {

        private LockHolder writtenAndRead(LockHolder holder) throws IOException {
            try (FileChannel channel = FileChannel.open(
                    sidecar, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                OwnerRecord.write(channel, sidecar, holder);
                assertThat(channel.size()).isEqualTo(512);
                return OwnerRecord.read(channel);
            }
        }

        @Test
        void controlCharactersCannotForgeALine() throws IOException {
            String forged = "x y\npid=1\r\nhost=evil\u0000\u001b[2J\u007f\nsince=2000-01-01T00:00:00Z";
            LockHolder read = writtenAndRead(new LockHolder(4711, "h\nthread=t", forged, forged, Instant.EPOCH));
            assertThat(read.pid()).isEqualTo(4711);
            assertThat(read.host()).isEqualTo("h?thread=t");
            assertThat(read.since()).isEqualTo(Instant.EPOCH);
            assertThat(read.thread()).isEqualTo(read.operation()).startsWith("x y?pid=1??host=evil??[2J??since=");
            assertThat(Files.readAllLines(sidecar)).hasSize(7);
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
            try (FileChannel channel = FileChannel.open(
                    sidecar, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                for (int round = 0; round < 3_000; round++) {
                    byte[] content = round % 2 == 0 ? good.getBytes(UTF_8) : new byte[random.nextInt(700)];
                    for (int i = random.nextInt(8); i > 0 && content.length > 0; i--) {
                        content[random.nextInt(content.length)] = (byte) random.nextInt(256);
                    }
                    channel.truncate(0);
                    channel.write(ByteBuffer.wrap(content), 0);
                    assertThatCode(() -> OwnerRecord.read(channel)).doesNotThrowAnyException();
                    assertThatCode(() -> OwnerRecord.erase(channel, true)).doesNotThrowAnyException();
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
}
