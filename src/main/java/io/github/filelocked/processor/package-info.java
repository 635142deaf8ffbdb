/**
 * The annotation processor that reports mistakes in {@link io.github.filelocked.FileLocked} at compile time.
 *
 * <p>The class path alone does not activate it, because such a processor would make javac print a note (JDK 21 and 22)
 * or warn of each annotation that no processor claims ({@code -Xlint:processing}), and JDK 23 and newer would ignore
 * it. Name the class, beside your other processors. With Maven:
 *
 * <pre>{@code
 * <plugin>
 *   <artifactId>maven-compiler-plugin</artifactId>
 *   <configuration>
 *     <annotationProcessors>
 *       <annotationProcessor>io.github.filelocked.processor.FileLockedProcessor</annotationProcessor>
 *     </annotationProcessors>
 *   </configuration>
 * </plugin>
 * }</pre>
 *
 * <p>With Gradle, and with Maven's {@code annotationProcessorPaths}, the jar must also be on the
 * processors' path:
 *
 * <pre>{@code
 * dependencies { annotationProcessor 'io.github.filelocked:filelocked:0.1.0' }
 * tasks.withType(JavaCompile) {
 *     options.compilerArgs += ['-processor', 'io.github.filelocked.processor.FileLockedProcessor']
 * }
 * }</pre>
 */
@NullMarked
package io.github.filelocked.processor;

import org.jspecify.annotations.NullMarked;
