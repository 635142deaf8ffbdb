package io.github.filelocked.examples.integrations

import io.github.filelocked.FileLocked
import io.github.filelocked.LockedPath
import java.nio.file.Path
import java.util.Optional
import java.util.concurrent.Callable
import java.util.concurrent.CompletableFuture
import java.util.concurrent.ExecutorService
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.StateFlow

/** A bean that can be locked: the class and its functions are open. */
@FileLocked("\${dir}/open")
open class OpenBean {

    open fun write(text: String = "nothing"): String = "$text under ${LockedPath.current().fileName}"

    open fun waitsForALambda(pool: ExecutorService): List<Path?> {
        val pooled = pool.submit(Callable { LockedPath.find().orElse(null) }).get()
        return listOf(LockedPath.current(), pooled)
    }

    @FileLocked("#{#file}")
    open fun byName(file: Path): Path = LockedPath.current()

    @FileLocked("\${dir}/#{#p0}")
    open fun byPosition(id: Id): Path = LockedPath.current()
}

/** A bean with a name that the compiler does not keep. */
open class UnknownNameBean {
    @FileLocked("\${dir}/#{#id}")
    open fun write(id: Id): Path = LockedPath.current()
}

/** Final, as Kotlin's classes are unless they say otherwise. */
class FinalBean {
    @FileLocked("\${dir}/final")
    fun write(): Path = LockedPath.current()
}

/** Open, with a function that is final, as Kotlin's functions are unless they say otherwise. */
open class FinalFunctionBean {
    @FileLocked("\${dir}/final")
    fun write(): Path = LockedPath.current()
}

/** A data class, which is final too. */
data class DataBean(val name: String = "") {
    @FileLocked("\${dir}/data")
    fun write(): Path = LockedPath.current()
}

/** A bean with default arguments and a suspending function. */
open class SuspendingBean {
    @FileLocked("\${dir}/suspending")
    open suspend fun write() {}
}

/** Each function returns work that goes on. */
open class KotlinUnfinished {
    @FileLocked("\${dir}/x")
    open fun sequence(): Sequence<String>? = null

    @FileLocked("\${dir}/x")
    open fun lazy(): Lazy<String>? = null

    @FileLocked("\${dir}/x")
    open fun function(): (() -> String)? = null

    @FileLocked("\${dir}/x")
    open fun iterator(): Iterator<String>? = null

    @FileLocked("\${dir}/x")
    open fun job(): Job? = null

    @FileLocked("\${dir}/x")
    open fun deferred(): Deferred<String>? = null

    @FileLocked("\${dir}/x")
    open fun flow(): Flow<String>? = null

    @FileLocked("\${dir}/x")
    open fun stateFlow(): StateFlow<String>? = null

    @FileLocked("\${dir}/x")
    open fun channel(): Channel<String>? = null

    @FileLocked("\${dir}/x")
    open fun receiveChannel(): ReceiveChannel<String>? = null

    @FileLocked("\${dir}/x")
    open fun listOfJobs(): List<Job>? = null

    @FileLocked("\${dir}/x")
    open fun arrayOfJobs(): Array<Job>? = null

    @FileLocked("\${dir}/x")
    open fun pairOfDeferred(): Pair<String, Deferred<String>>? = null

    @FileLocked("\${dir}/x")
    open fun optionalSequence(): Optional<Sequence<String>>? = null

    @FileLocked("\${dir}/x")
    open fun stageOfSequence(): CompletableFuture<Sequence<String>>? = null
}

/** Each function returns what is finished, or tells its end. */
open class KotlinFinished {
    @FileLocked("\${dir}/x")
    open fun unit() {}

    @FileLocked("\${dir}/x")
    open fun text(): String? = null

    @FileLocked("\${dir}/x")
    open fun pairs(): List<Pair<String, Int>>? = null

    @FileLocked("\${dir}/x")
    open fun map(): Map<String, List<Path>>? = null

    @FileLocked("\${dir}/x")
    open fun data(): DataBean? = null

    @FileLocked("\${dir}/x")
    open fun stage(): CompletableFuture<List<String>>? = null
}

/** Calls that Java cannot write. */
object BeanCalls {

    @JvmStatic
    fun writeNothing(bean: OpenBean): String = bean.write()

    @JvmStatic
    fun byPosition(bean: OpenBean, id: String): Path = bean.byPosition(Id(id))
}
