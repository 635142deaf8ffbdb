package io.github.filelocked.examples.integrations

import io.github.filelocked.FileLocked
import io.github.filelocked.LockedPath
import java.nio.file.Path
import java.util.concurrent.Callable
import java.util.concurrent.ExecutorService

/** A report that is locked as a whole, and final, as Kotlin's classes are unless they say otherwise. */
@FileLocked("\${integrations.dir}/report")
class WovenReport(private val pool: ExecutorService) {

    /** Waits for another thread, which runs a lambda of this function. */
    fun waitsForALambda(): List<Path?> {
        val pooled = pool.submit(Callable { LockedPath.find().orElse(null) }).get()
        return listOf(LockedPath.current(), pooled)
    }

    /** Waits for another thread, which runs a function in this function. */
    fun waitsForALocalFunction(): List<Path?> {
        fun local(): Path? = LockedPath.find().orElse(null)
        val pooled = pool.submit(Callable { local() }).get()
        return listOf(LockedPath.current(), pooled)
    }

    fun write(text: String = "nothing"): String = "$text under ${LockedPath.current().fileName}"

    internal fun internal(): Path = LockedPath.current()

    private fun private(): Path = LockedPath.current()

    fun callsAPrivateOne(): Path = private()
}

/** A class whose paths come from arguments. */
class WovenArguments {

    /** The compiler's `-java-parameters` keeps the name. */
    @FileLocked("#{#file}")
    fun byName(file: Path): Path = LockedPath.current()

    @FileLocked("\${integrations.dir}/#{#p0}")
    fun byPosition(id: Id): Path = LockedPath.current()

    @FileLocked("\${integrations.dir}/#{#id}")
    fun byUnknownName(id: Id): Path = LockedPath.current()
}

/** A class of one value, which the compiler replaces by that value. */
@JvmInline
value class Id(private val value: String) {
    override fun toString(): String = value
}

/** Functions whose work goes on after they have returned. */
class WovenUnfinished {

    /** How many bodies have begun. */
    var begun = 0

    @FileLocked("\${integrations.dir}/unfinished")
    fun sequence(): Sequence<String> {
        begun++
        return sequenceOf("a")
    }

    @FileLocked("\${integrations.dir}/unfinished")
    suspend fun suspending() {
        begun++
    }

    @FileLocked("\${integrations.dir}/unfinished")
    fun lambda(): () -> String {
        begun++
        return { "a" }
    }

    @FileLocked("\${integrations.dir}/unfinished")
    fun listOfLazies(): List<Lazy<String>> {
        begun++
        return listOf(lazy { "a" })
    }
}

/** A function that the compiler copies into its callers, where no weaver can see it. */
class WovenInline {

    @Suppress("NOTHING_TO_INLINE")
    @FileLocked("\${integrations.dir}/inline")
    inline fun inlined(): Path? = LockedPath.find().orElse(null)

    fun callsAnInlineOne(): Path? = inlined()

    /** The way out. */
    @FileLocked("\${integrations.dir}/inline")
    fun isLockedItself(): Path? = inlined()
}
