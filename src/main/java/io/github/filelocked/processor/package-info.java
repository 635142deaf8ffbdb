/**
 * The annotation processor that reports mistakes in {@link io.github.filelocked.FileLocked} at compile time.
 *
 * <p>The class path alone does not activate it. With Maven, and no processors besides:
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
 */
@NullMarked
package io.github.filelocked.processor;

import org.jspecify.annotations.NullMarked;
