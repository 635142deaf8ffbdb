/**
 * The vocabulary of locks, which all other packages share: what to lock, how, who holds it, what can fail; and the
 * interfaces of providers and listeners. The package uses nothing but the JDK.
 */
@NullMarked
package io.github.filelocked.lock;

import org.jspecify.annotations.NullMarked;
