/**
 * {@link io.github.filelocked.FileLocked} on the methods of Spring beans: start at
 * {@link io.github.filelocked.spring.EnableFileLocking}. Needs Spring Framework 6.2 or newer.
 */
@NullMarked
package io.github.filelocked.spring;

import org.jspecify.annotations.NullMarked;
