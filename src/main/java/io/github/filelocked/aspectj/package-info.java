/**
 * The aspect for compile-time and load-time weaving: name
 * {@link io.github.filelocked.aspectj.FileLockedAspect} on the aspect path or in {@code META-INF/aop.xml}.
 */
@NullMarked
package io.github.filelocked.aspectj;

import org.jspecify.annotations.NullMarked;
