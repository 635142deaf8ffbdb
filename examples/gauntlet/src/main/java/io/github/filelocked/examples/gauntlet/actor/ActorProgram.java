package io.github.filelocked.examples.gauntlet.actor;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/**
 * A JVM on the stage. A line of its input is the name of a thread and what that has to do; a line of its output is the
 * name and the {@link Reply}. It ends when its input does.
 */
public final class ActorProgram {

    /** The text in the place of a thread that tells that the JVM can play. */
    static final String READY = "ready";

    static final String INTERRUPT = "interrupt";

    /** A thread of this name, and a number, uses a copy of the library in a class loader of its own. */
    static final String COPY = "copy";

    private final String[] arguments;
    private final PrintStream says;
    private final Hands hands;
    private final Map<String, Worker> workers = new HashMap<>();
    private Function<String, String> copy;

    private ActorProgram(String[] arguments, PrintStream says) {
        this.arguments = arguments;
        this.says = says;
        this.hands = new Hands(arguments[0], arguments[1]);
    }

    /** Arguments: contender, database. */
    public static void main(String[] args) throws Exception {
        PrintStream says = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err); // For libraries that print.
        ActorProgram program = new ActorProgram(args, says);
        program.say(READY, program.rehearse());
        program.play();
        System.exit(0);
    }

    /** The first use of a lock loads classes and opens connections, which belongs to no scene. */
    private String rehearse() throws IOException {
        Path directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "rehearsal");
        Path resource = directory.resolve("resource");
        new Counter(resource).create();
        hands.apply(String.join(Hands.SEPARATOR, Hands.ACQUIRE, "10000", resource.toString()));
        return hands.apply(Hands.RELEASE);
    }

    private void say(String name, String reply) {
        says.println(name + " " + reply);
    }

    private void play() throws Exception {
        BufferedReader told = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            String[] words = line.split(" ", 2);
            Worker worker = workers.get(words[0]);
            if (worker == null) {
                worker = new Worker(words[0], words[0].startsWith(COPY) ? copy() : hands);
                workers.put(words[0], worker);
                worker.start();
            }
            if (words[1].equals(INTERRUPT)) {
                worker.interrupt();
            } else {
                worker.commands.add(words[1]);
            }
        }
    }

    @SuppressWarnings("unchecked") // The same class, by another loader.
    private Function<String, String> copy() throws Exception {
        if (copy == null) {
            URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                    .map(ActorProgram::url)
                    .toArray(URL[]::new);
            copy = (Function<String, String>) new URLClassLoader(path, ClassLoader.getPlatformClassLoader())
                    .loadClass(Hands.class.getName())
                    .getConstructor(String.class, String.class)
                    .newInstance((Object[]) arguments);
        }
        return copy;
    }

    private static URL url(String file) {
        try {
            return Path.of(file).toUri().toURL();
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A thread with a name that does one command after the other. */
    private final class Worker extends Thread {

        private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
        private final Function<String, String> hands;

        Worker(String name, Function<String, String> hands) {
            super(name);
            this.hands = hands;
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (true) {
                    String reply = hands.apply(commands.take());
                    interrupted(); // The flag is rightly left set by some, and is no matter of the next command.
                    say(getName(), reply);
                }
            } catch (InterruptedException theInterruptCameLate) {
                say(
                        getName(),
                        Reply.threw(theInterruptCameLate, System.nanoTime()).toLine());
            }
        }
    }
}
