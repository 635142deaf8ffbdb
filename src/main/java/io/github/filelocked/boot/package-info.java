/**
 * Spring Boot: with this library on the class path, {@link io.github.filelocked.FileLocked} works on the methods of
 * beans. See {@link io.github.filelocked.boot.FileLockedProperties} for the settings.
 */
@NullMarked
package io.github.filelocked.boot;

import org.jspecify.annotations.NullMarked;
