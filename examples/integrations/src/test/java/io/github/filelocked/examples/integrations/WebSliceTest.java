package io.github.filelocked.examples.integrations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.autoconfigure.web.servlet.WebMvcTest;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;
import org.springframework.test.util.AopTestUtils;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A slice of an application, with a mock, a spy and a replacement in the place of locked beans. */
@Timeout(120)
@WebMvcTest(controllers = WebSliceTest.Reports.class)
class WebSliceTest {

    @TempDir
    static Path directory;

    @DynamicPropertySource
    static void directory(DynamicPropertyRegistry properties) {
        properties.add("dir", directory::toString);
    }

    @SpringBootConfiguration
    @EnableAutoConfiguration
    @Import({Reports.class, Mocked.class, Spied.class, Replaced.class})
    static class Application {}

    @RestController
    static class Reports {
        @GetMapping("/report")
        @FileLocked("${dir}/report")
        public String report() {
            return LockedPath.current().toString();
        }
    }

    static class Mocked {
        @FileLocked("${dir}/mocked")
        public Optional<Path> run() {
            return LockedPath.find();
        }
    }

    static class Spied {
        @FileLocked("${dir}/spied")
        public Optional<Path> run() {
            return LockedPath.find();
        }
    }

    static class Replaced {
        @FileLocked("${dir}/replaced")
        public Optional<Path> run() {
            return LockedPath.find();
        }
    }

    @Autowired
    MockMvcTester mvc;

    @MockitoBean
    Mocked mocked;

    @MockitoSpyBean
    Spied spied;

    @TestBean
    Replaced replaced;

    static Replaced replaced() {
        return new Replaced();
    }

    @Test
    void theControllerIsLocked() {
        assertThat(mvc.get().uri("/report"))
                .hasStatusOk()
                .hasBodyTextEqualTo(directory.resolve("report").toString());
    }

    @Test
    void aMockNeedsNoLock() {
        when(mocked.run()).thenReturn(Optional.of(Path.of("of the mock")));
        assertThat(mocked.run()).contains(Path.of("of the mock"));
    }

    @Test
    void aSpyIsLocked() {
        assertThat(spied.run()).contains(directory.resolve("spied"));
        verify(AopTestUtils.<Spied>getUltimateTargetObject(spied)).run();
    }

    @Test
    void aReplacementOfTheTestNeedsNoLock() {
        assertThat(replaced.run()).isEmpty();
    }
}
