/** Lucene's published suite of lock factories, run against the locks of this library. */
package io.github.filelocked.lucene;
