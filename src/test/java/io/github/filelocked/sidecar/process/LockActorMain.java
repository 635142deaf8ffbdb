package io.github.filelocked.sidecar.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.MalformedURLException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

/** The process of a {@link LockActor}: threads that each do what they are told, one command after the other. */
final class LockActorMain {

    private static final Path KERNELS_LOCKS = Path.of("/proc/locks");

    private LockActorMain() {}

    public static void main(String[] args) throws IOException {
        Map<String, Worker> workers = new HashMap<>();
        Lines.say("ready");
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                List<String> fields = Lines.split(line);
                Worker worker = workers.computeIfAbsent(fields.get(0), Worker::new);
                List<String> command = fields.subList(1, fields.size());
                switch (command.get(0)) {
                    case "state" -> Lines.say("state", stateOf(worker));
                    case "interrupt" -> worker.interrupt();
                    default -> worker.commands.add(command);
                }
            }
        }
        Runtime.getRuntime().halt(0); // The test has gone, so whatever is still held or awaited is of no use.
    }

    /** Where in the engine the thread waits. */
    private static String stateOf(Thread thread) throws IOException {
        StackTraceElement[] stack = thread.getStackTrace();
        if (isIn(stack, "io.github.filelocked.sidecar.SidecarLockProvider", "acquire")) {
            if (isIn(stack, "sun.nio.ch.FileChannelImpl", "lock")) {
                return stack[0].isNativeMethod() && isBlockedInTheKernel() ? "in the kernel" : "elsewhere";
            }
            if (isIn(stack, "java.util.concurrent.locks.LockSupport", "parkNanos")) {
                return stack[0].isNativeMethod() ? "in the queue" : "elsewhere";
            }
            if (stack[0].isNativeMethod() && stack[0].getMethodName().startsWith("sleep")) {
                return "backing off";
            }
        }
        return "elsewhere";
    }

    private static boolean isIn(StackTraceElement[] stack, String type, String method) {
        for (StackTraceElement frame : stack) {
            if (frame.getClassName().equals(type) && frame.getMethodName().equals(method)) {
                return true;
            }
        }
        return false;
    }

    /** A native frame may still be on its way into the kernel; Linux tells for sure. */
    private static boolean isBlockedInTheKernel() throws IOException {
        if (!Files.exists(KERNELS_LOCKS)) {
            return true;
        }
        String pid = " " + ProcessHandle.current().pid() + " ";
        return Files.readAllLines(KERNELS_LOCKS).stream().anyMatch(line -> line.contains("->") && line.contains(pid));
    }

    /** One thread. The test's thread names are its own, and so are to be seen in owner records. */
    private static final class Worker extends Thread {

        final BlockingQueue<List<String>> commands = new LinkedBlockingQueue<>();
        private Function<List<String>, List<String>> interpreter = new ActorCommands();

        Worker(String name) {
            super(name);
            setDaemon(true);
            start();
        }

        @Override
        public void run() {
            while (true) {
                List<String> command;
                try {
                    command = commands.take();
                } catch (InterruptedException tooLate) {
                    continue; // Meant for a command that has ended just before.
                }
                Lines.say(getName(), answer(command).toArray(new String[0]));
            }
        }

        @SuppressWarnings("unchecked") // The copy of a class of that type, whose own type is another one.
        private List<String> answer(List<String> command) {
            try {
                switch (command.get(0)) {
                    case "loadCopy" ->
                        interpreter =
                                (Function<List<String>, List<String>>) LibraryCopy.newInstance(ActorCommands.class);
                    case "dropCopy" -> interpreter = new ActorCommands();
                    default -> {
                        return interpreter.apply(command);
                    }
                }
                return List.of("done");
            } catch (ReflectiveOperationException | MalformedURLException | RuntimeException | Error failure) {
                StringWriter trace = new StringWriter();
                failure.printStackTrace(new PrintWriter(trace));
                return List.of("failed", trace.toString());
            }
        }
    }
}
