package io.github.filelocked.examples.gauntlet.scene;

import io.github.filelocked.examples.gauntlet.actor.Actor;
import io.github.filelocked.examples.gauntlet.actor.Stage;
import io.github.filelocked.examples.gauntlet.contender.Contenders;
import java.nio.file.Files;

/** The scenes, in the order of play. */
public enum Scenes {
    PROCESSES(
            Act.USE,
            Pace.BUSY,
            "processes",
            "Three processes add to a number in a file for a second, each as often as it gets in.",
            new Crowd(3, 1)),
    THREADS(Act.USE, Pace.BUSY, "threads", "The same with two processes of three threads each.", new Crowd(2, 3)),
    REFUSED(
            Act.USE,
            Pace.BRISK,
            "refused",
            "One thread holds, and a second one of its JVM is refused. Is another process still kept out?",
            new RefusedThread("thread", Actor::role)),
    COPIES(
            Act.USE,
            Pace.BRISK,
            "copies",
            "The same with a second copy of the library in another class loader, like two applications of one server.",
            new RefusedThread("application", Actor::roleInSecondCopy)),
    EXIT(
            Act.USE,
            Pace.BRISK,
            "exit",
            "Another process, which had it before, is refused, and ends as programs do. Is a third one still kept out?",
            new FormerHolderEnds()),
    NESTED(
            Act.USE,
            Pace.BRISK,
            "nested",
            "The thread that holds acquires again, and releases that. Is another process still kept out?",
            new Nesting()),
    SPELLINGS(
            Act.USE,
            Pace.BRISK,
            "spellings",
            "One holds by the plain path; another comes by a relative one, by `..`, by a link to the directory, by a"
                    + " link to"
                    + " the file.",
            new Spellings()),
    LONG_WORK(
            Act.USE,
            Pace.IDLE,
            "12 s work",
            "The holder works for 12 seconds, which is longer than a lease of 10. Is another process kept out?",
            new LongWork()),
    DELETED(
            Act.TROUBLE,
            Pace.BRISK,
            "deleted",
            "The lock file is deleted while it is held. Is another process kept out, or else the holder told?",
            new TouchedFile("deleted", (holder, file) -> Files.delete(file))),
    ORPHAN(
            Act.TROUBLE,
            Pace.BRISK,
            "orphan",
            "The lock file is deleted while one waits. Is the waiter kept out until the holder goes, and a newcomer"
                    + " until the waiter goes?",
            new OrphanedWaiter()),
    READ(
            Act.TROUBLE,
            Pace.BRISK,
            "read",
            "Other code of the holder's JVM opens, reads and closes the lock file. Is another process kept out, or"
                    + " else the"
                    + " holder told?",
            new TouchedFile("read", (holder, file) -> holder.role().read(file))),
    KILLED(
            Act.TROUBLE,
            Pace.BRISK,
            "kill -9",
            "The holder is killed. How long until the waiter goes on, if it does in 12 seconds?",
            new KilledHolder()),
    INTERRUPTED(
            Act.TROUBLE,
            Pace.BRISK,
            "interrupt",
            "A waiter is interrupted. How long until the wait ends, the second time, and does another thread of its"
                    + " JVM get in afterwards?",
            new InterruptedWaiter()),
    LIMIT(
            Act.TROUBLE,
            Pace.BRISK,
            "limit",
            "A waiter has a limit of 400 ms. How much later does it give up, the second time?",
            new TimedWait()),
    WHO(
            Act.TROUBLE,
            Pace.BRISK,
            "who",
            "Does the message of who gave up name the process that holds?",
            new NamedHolder());

    private final Act act;
    private final Pace pace;
    private final String head;
    private final String question;
    private final Scene scene;

    Scenes(Act act, Pace pace, String head, String question, Scene scene) {
        this.act = act;
        this.pace = pace;
        this.head = head;
        this.question = question;
        this.scene = scene;
    }

    public Act act() {
        return act;
    }

    public Pace pace() {
        return pace;
    }

    /** Of its column. */
    public String head() {
        return head;
    }

    /** A scene, and its question. */
    public String question() {
        return question;
    }

    public Outcome play(Stage stage) throws Exception {
        return scene.play(stage);
    }

    /** A table of its own. */
    public enum Act {
        USE("In use: is one alone?"),
        TROUBLE("In trouble: what then?");

        private final String title;

        Act(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    /** The number of contenders that may play a scene at the same time, each on a stage of its own. */
    public enum Pace {
        /** It needs the processors. */
        BUSY(1),
        BRISK(3),
        /** It mostly waits. */
        IDLE(Contenders.values().length);

        private final int stages;

        Pace(int stages) {
            this.stages = stages;
        }

        public int stages() {
            return stages;
        }
    }
}
