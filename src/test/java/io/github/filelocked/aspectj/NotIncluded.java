package io.github.filelocked.aspectj;

import io.github.filelocked.FileLocked;

/** No weaver sees this class, since no {@code aop.xml} includes it. */
class NotIncluded {

    @FileLocked("x")
    void run() {}
}
