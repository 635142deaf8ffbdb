/**
 * The run of an annotated call: its annotation is read, its templates are resolved, and its body runs under the locks.
 */
@NullMarked
package io.github.filelocked.invoke;

import org.jspecify.annotations.NullMarked;
