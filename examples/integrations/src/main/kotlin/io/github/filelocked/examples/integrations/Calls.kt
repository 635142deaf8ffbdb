package io.github.filelocked.examples.integrations

import java.nio.file.Path

/** Calls that Java cannot write. */
object Calls {

    @JvmStatic
    fun writeNothing(report: WovenReport): String = report.write()

    @JvmStatic
    fun internal(report: WovenReport): Path = report.internal()

    @JvmStatic
    fun byPosition(arguments: WovenArguments, id: String): Path = arguments.byPosition(Id(id))

    @JvmStatic
    fun byUnknownName(arguments: WovenArguments, id: String): Path = arguments.byUnknownName(Id(id))
}
