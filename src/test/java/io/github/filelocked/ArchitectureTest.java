package io.github.filelocked;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.time.Clock;
import java.time.Instant;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** The arrows between the packages, which point down only. */
@AnalyzeClasses(packages = "io.github.filelocked", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "io.github.filelocked";
    private static final String LOCK = ROOT + ".lock";
    private static final String SIDECAR = ROOT + ".sidecar";
    private static final String KERNEL = SIDECAR + ".kernel";
    private static final String PLACE = SIDECAR + ".place";
    private static final String DIAGNOSIS = SIDECAR + ".diagnosis";
    private static final String INVOKE = ROOT + ".invoke";
    private static final String ASPECTJ = ROOT + ".aspectj";
    private static final String VERIFY = ROOT + ".verify";
    private static final String MICROMETER = ROOT + ".micrometer";
    private static final String SPRING = ROOT + ".spring";
    private static final String BOOT = ROOT + ".boot";
    private static final String PROCESSOR = ROOT + ".processor";

    private static final String JDK = "java..";
    private static final String JSPECIFY = "org.jspecify.annotations";

    @ArchTest
    static final ArchRule theVocabularyUsesNothingButTheJdk = only(LOCK);

    @ArchTest
    static final ArchRule theKernelLayersUseNothingOfOurs = only(KERNEL);

    @ArchTest
    static final ArchRule diagnosesUseTheKernelLayer = only(DIAGNOSIS, KERNEL, LOCK);

    @ArchTest
    static final ArchRule placesUseDiagnoses = only(PLACE, DIAGNOSIS, LOCK);

    @ArchTest
    static final ArchRule theEngineUsesPlacesDiagnosesAndTheKernel = only(SIDECAR, PLACE, DIAGNOSIS, KERNEL, LOCK);

    /** In place of package-privacy: the engine's types are public for the root package. */
    @ArchTest
    static final ArchRule theRootUsesTheEngineAndTheVocabulary = only(ROOT, SIDECAR, PLACE, DIAGNOSIS, LOCK);

    @ArchTest
    static final ArchRule theInvokerUsesTheRootAndTheVocabulary = only(INVOKE, ROOT, LOCK);

    @ArchTest
    static final ArchRule theAspectUsesTheInvoker = only(ASPECTJ, INVOKE, ROOT, LOCK, "org.aspectj..");

    /** A compiler runs the processor without any library. */
    @ArchTest
    static final ArchRule theProcessorUsesTheCompilersInterfacesAndTheInvoker =
            only(PROCESSOR, INVOKE, "javax.annotation.processing", "javax.lang.model..", "javax.tools");

    @ArchTest
    static final ArchRule theProcessorUsesOnlyTheSyntaxOfTheInvoker = noClasses()
            .that()
            .resideInAPackage(PROCESSOR)
            .should()
            .dependOnClassesThat(resideInAPackage(INVOKE).and(not(simpleName("AnnotationSyntax"))));

    @ArchTest
    static final ArchRule theVerifierUsesTheRoot = only(VERIFY, ROOT, LOCK);

    @ArchTest
    static final ArchRule theMetersUseTheVocabulary = only(MICROMETER, LOCK, "io.micrometer..");

    @ArchTest
    static final ArchRule theEngineIsUsedByTheRootOnly = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT, SIDECAR + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(SIDECAR + "..");

    @ArchTest
    static final ArchRule springKnowsNoBootAndNoMeters = noClasses()
            .that()
            .resideInAPackage(SPRING)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BOOT, MICROMETER, "org.springframework.boot..", "io.micrometer..");

    @ArchTest
    static final ArchRule aspectJStaysWithItsAdapters = noClasses()
            .that()
            .resideOutsideOfPackages(ASPECTJ, SPRING)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.aspectj..");

    @ArchTest
    static final ArchRule springStaysWithItsAdapters = noClasses()
            .that()
            .resideOutsideOfPackages(SPRING, BOOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule micrometerStaysWithItsAdapters = noClasses()
            .that()
            .resideOutsideOfPackages(MICROMETER, BOOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.micrometer..");

    @ArchTest
    static final ArchRule everyPackageHasItsPlaceInTheseRules = classes()
            .should()
            .resideInAnyPackage(
                    ROOT,
                    LOCK,
                    SIDECAR,
                    PLACE,
                    DIAGNOSIS,
                    KERNEL,
                    INVOKE,
                    VERIFY,
                    ASPECTJ,
                    MICROMETER,
                    SPRING,
                    BOOT,
                    PROCESSOR);

    @ArchTest
    static final ArchRule thereIsNoCircleOfPackages =
            slices().assignedFrom(new EachPackage()).should().beFreeOfCycles();

    /**
     * I10: a clock that is set back or forth neither lengthens nor shortens a wait. A record says when it was written.
     */
    @ArchTest
    static final ArchRule theEngineWaitsByTheMonotonicClock = noClasses()
            .that()
            .resideInAPackage(SIDECAR + "..")
            .and()
            .doNotHaveSimpleName("Acquisition")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class);

    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes().should(new BeInANullMarkedPackage());

    @ArchTest
    static final ArchRule nobodyCanExtendTheEngineButThroughItsInterfaces = classes()
            .that()
            .resideInAnyPackage(LOCK, SIDECAR, KERNEL)
            .and()
            .arePublic()
            .should(new NotBeOpenForExtension());

    private static ArchRule only(String of, String... used) {
        String[] allowed =
                Stream.concat(Stream.of(of, JDK, JSPECIFY), Stream.of(used)).toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(of)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed);
    }

    private static final class EachPackage implements SliceAssignment {

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "each package";
        }
    }

    private static final class BeInANullMarkedPackage extends ArchCondition<JavaClass> {

        BeInANullMarkedPackage() {
            super("be in a package whose package-info is @NullMarked");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            events.add(new SimpleConditionEvent(
                    type,
                    type.getPackage().isAnnotatedWith(NullMarked.class),
                    type.getPackageName() + ": @NullMarked on its package-info"));
        }
    }

    private static final class NotBeOpenForExtension extends ArchCondition<JavaClass> {

        NotBeOpenForExtension() {
            super("be final, an interface, or an exception");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            boolean closed = type.getModifiers().contains(JavaModifier.FINAL)
                    || type.isInterface()
                    || type.isEnum()
                    || type.isAssignableTo(Throwable.class);
            events.add(new SimpleConditionEvent(type, closed, type.getName() + " is open for extension"));
        }
    }
}
