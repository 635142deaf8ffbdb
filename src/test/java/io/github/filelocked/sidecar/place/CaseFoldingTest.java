package io.github.filelocked.sidecar.place;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.filelocked.FileLocks;
import io.github.filelocked.HeldLock;
import io.github.filelocked.fixture.FaultyFileSystem;
import io.github.filelocked.fixture.FaultyFileSystem.Call;
import io.github.filelocked.fixture.InThread;
import io.github.filelocked.fixture.Traces;
import io.github.filelocked.lock.LockTarget;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names that differ in case only, with a lock directory elsewhere (I1, I14). */
@Timeout(30)
class CaseFoldingTest {

    private final FaultyFileSystem files = new FaultyFileSystem();
    private Path data;
    private Path locks;
    private SidecarNames names;

    @BeforeEach
    void makeDirectories(@TempDir Path temporary) throws IOException {
        data = Files.createDirectory(temporary.toRealPath().resolve("data"));
        locks = Files.createDirectory(temporary.toRealPath().resolve("locks"));
        names = new SidecarNames(locks, ".lock");
    }

    private LockTarget target(String name) {
        return LockTarget.file(files.path(data.resolve(name)));
    }

    private void assertOneSidecar(String name, String other) throws IOException {
        Traces traces = Traces.of(data);
        assertThat(names.sidecarToLock(target(name))).isEqualTo(names.sidecarToLock(target(other)));
        // Another process has its own memory, and looks in another order.
        SidecarNames others = new SidecarNames(locks, ".lock");
        assertThat(others.sidecarToLock(target(other))).isEqualTo(names.sidecarToLock(target(name)));
        traces.assertNoneBut();
    }

    private void assertTwoSidecars(String name, String other) throws IOException {
        Traces traces = Traces.of(data);
        assertThat(names.sidecarToLock(target(name))).isNotEqualTo(names.sidecarToLock(target(other)));
        traces.assertNoneBut();
    }

    @Nested
    class InADirectoryThatFoldsCase {

        @BeforeEach
        void ignoreCase() {
            files.ignoreCase();
        }

        @Test
        void anExistingFileHasOneSidecar() throws IOException {
            Files.createFile(data.resolve("Daily.csv"));
            assertOneSidecar("Daily.csv", "daily.csv");
        }

        @Test
        void anAbsentFileBesideAnotherOneHasOneSidecar() throws IOException {
            Files.createFile(data.resolve("1"));
            Files.createFile(data.resolve("other"));
            assertOneSidecar("Daily.csv", "dAILY.CSV");
        }

        @Test
        void anAbsentFileInAnEmptyDirectoryHasOneSidecar() throws IOException {
            assertOneSidecar("Daily.csv", "daily.csv");
        }

        @Test
        void lettersBeyondAsciiFoldToo() throws IOException {
            assertOneSidecar("\u00C4.csv", "\u00E4.csv");
        }

        @Test
        @DisplayName("I1: a holder of the one name excludes those of the other")
        void aHolderOfTheOneNameExcludesThoseOfTheOther() throws Exception {
            FileLocks there = FileLocks.builder().lockDirectory(locks).build();
            try (HeldLock lock = there.acquire(files.path(data.resolve("Daily.csv")))) {
                assertThat(lock.isHeld()).isTrue();
                assertThat(InThread.call(() -> there.tryAcquire(files.path(data.resolve("daily.csv")), Duration.ZERO)))
                        .isEmpty();
            }
        }

        @Test
        void aDirectoryIsLookedAtOnce() throws IOException {
            Files.createFile(data.resolve("Daily.csv"));
            names.sidecarToLock(target("Daily.csv"));
            files.forget();
            names.sidecarToLock(target("Daily.csv"));
            assertThat(files.count(Call.LIST)).isZero();
            assertThat(files.count(Call.ATTRIBUTES)).isEqualTo(1);
        }

        @Test
        void namesThatFoldToThemselvesNeedNoLook() throws IOException {
            names.sidecarToLock(target("daily.csv"));
            assertThat(files.count(Call.LIST)).isZero();
            assertThat(files.count(Call.CREATE)).isZero();
        }
    }

    @Nested
    class InADirectoryThatDistinguishesCase {

        @Test
        void anExistingFileHasItsOwnSidecar() throws IOException {
            Files.createFile(data.resolve("Daily.csv"));
            assertTwoSidecars("Daily.csv", "daily.csv");
        }

        @Test
        void twoExistingFilesHaveTwoSidecars() throws IOException {
            Files.createFile(data.resolve("Daily.csv"));
            Files.createFile(data.resolve("dAILY.CSV"));
            assertTwoSidecars("Daily.csv", "dAILY.CSV");
        }

        @Test
        void hardLinksOfOneFileHaveTwoSidecars() throws IOException {
            Files.createLink(data.resolve("dAILY.CSV"), Files.createFile(data.resolve("Daily.csv")));
            assertTwoSidecars("Daily.csv", "dAILY.CSV");
        }

        @Test
        void aLinkToTheOtherNameIsNoFolding() throws IOException {
            Files.createFile(data.resolve("Daily.csv"));
            Files.createSymbolicLink(data.resolve("dAILY.CSV"), Path.of("Daily.csv"));
            assertTwoSidecars("Daily.csv", "daily.csv");
        }

        @Test
        void absentFilesInAnEmptyDirectoryHaveTwoSidecars() throws IOException {
            assertTwoSidecars("Daily.csv", "daily.csv");
        }
    }

    @Nested
    class InADirectoryInWhichNothingCanBeLookedAt {

        @ParameterizedTest
        @CsvSource({"ext4, false", "tmpfs, false", "ntfs3, true", "NTFS, true", "cifs, true"})
        void theTypeOfItsFileSystemDecides(String type, boolean folds) {
            files.storeType(type);
            files.failOn(Call.CREATE, () -> new AccessDeniedException("read-only"));
            boolean same = names.sidecarToLock(target("Daily.csv")).equals(names.sidecarToLock(target("daily.csv")));
            assertThat(same).isEqualTo(folds);
        }

        @Test
        void lookingForTheNameCreatesNothing() {
            names.sidecarOf(target("Daily.csv"));
            assertThat(files.count(Call.CREATE)).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Daily.csv, daily.csv",
        "\u00C4\u00D6, \u00E4\u00F6",
        "A\u0308, \u00E4",
        "STRASSE, stra\u00DFe",
        "\u1E9E, \u00DF",
        "\u039F\u0394\u039F\u03A3, \u03BF\u03B4\u03BF\u03C3",
        "\u212A, k",
        "a\u200Db, ab",
        "\uD801\uDC00, \uD801\uDC28"
    })
    void namesOfOneFoldAreFoldedToOneName(String name, String other) {
        assertThat(fold(name)).isEqualTo(fold(other));
        assertThat(CaseFolding.fold(fold(name))).isEqualTo(fold(name));
    }

    @Test
    void bytesOfNoUtf8FoldAsLatin1() {
        assertThat(CaseFolding.fold("\u00C4.CSV")).isEqualTo(CaseFolding.fold("\u00E4.csv"));
        assertThat(CaseFolding.fold("\u00C4")).isNotEqualTo(CaseFolding.fold("\u00D6"));
    }

    private static String fold(String name) {
        return CaseFolding.fold(new String(name.getBytes(UTF_8), ISO_8859_1));
    }
}
