package io.github.filelocked.spring;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.filelocked.fixture.Javac;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.Opcodes;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.core.env.StandardEnvironment;

class SpringResolverTest {

    private final SpringResolver resolver =
            new SpringResolver(new DefaultListableBeanFactory(), new StandardEnvironment(), true);

    @Test
    void namesThatAreMissingAreExplainedForJavaAndForKotlin() throws Exception {
        Method plain = List.class.getMethod("get", int.class);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> resolver.expression("#file", plain, List.of("p0")))
                .withMessageContaining("#file is no parameter")
                .withMessageContaining("-parameters, or by Kotlin with -java-parameters)");
    }

    /** Java has no such names, so the method is one of a class that is made here. */
    @Test
    void forAFunctionThatTakesAValueClassOfKotlinThePositionIsSuggested(@TempDir Path temporary) throws Exception {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC | Opcodes.ACC_ABSTRACT, "Job", null, "java/lang/Object", null);
        int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_ABSTRACT;
        writer.visitMethod(access, "run-0E7RQCE", "(Ljava/lang/String;)V", null, null)
                .visitEnd();
        writer.visitEnd();
        Files.write(temporary.resolve("Job.class"), writer.toByteArray());
        try (var loader = Javac.load(temporary)) {
            Method mangled = loader.loadClass("Job").getDeclaredMethod("run-0E7RQCE", String.class);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> resolver.expression("#file", mangled, List.of("p0")))
                    .withMessageContaining("for a parameter of a value class write #p0");
        }
    }
}
