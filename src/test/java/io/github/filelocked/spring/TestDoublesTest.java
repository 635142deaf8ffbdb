package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.github.filelocked.FileLocked;
import io.github.filelocked.LockedPath;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.bean.override.convention.TestBean;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import org.springframework.test.context.bean.override.mockito.MockitoSpyBean;
import org.springframework.test.context.junit.jupiter.SpringJUnitConfig;
import org.springframework.test.util.AopTestUtils;

/** Objects that a test puts in the place of a bean. */
@Timeout(60)
@SpringJUnitConfig
class TestDoublesTest {

    @Configuration
    @EnableFileLocking(proxyTargetClass = true)
    static class Application {

        @Bean
        Job mocked() {
            return new Job();
        }

        @Bean
        Job replaced() {
            return new Job();
        }

        @Bean
        Job spied() {
            return new Job();
        }

        /** Without the test support. */
        @Bean
        FinalJob mockedByHand() {
            return mock(FinalJob.class);
        }
    }

    static class Job {
        @FileLocked("${java.io.tmpdir}/filelocked-test-doubles")
        public Path run() {
            return LockedPath.find().orElse(null);
        }
    }

    static class FinalJob {
        @FileLocked("${java.io.tmpdir}/filelocked-test-doubles")
        public final Path run() {
            return LockedPath.find().orElse(null);
        }
    }

    @MockitoBean("mocked")
    Job mocked;

    @TestBean("replaced")
    Job replaced;

    static Job replaced() {
        return new Job();
    }

    @MockitoSpyBean("spied")
    Job spied;

    @Autowired
    FinalJob mockedByHand;

    @Test
    void aMockAndAnOverrideNeedNoLock() {
        when(mocked.run()).thenReturn(Path.of("mocked"));
        assertThat(mocked.run()).isEqualTo(Path.of("mocked"));
        assertThat(replaced.run()).isNull();
        assertThat(mockedByHand.run()).isNull();
    }

    @Test
    void aSpyIsLocked() {
        assertThat(spied.run()).hasFileName("filelocked-test-doubles");
        verify((Job) AopTestUtils.getUltimateTargetObject(spied)).run();
    }
}
