package io.github.filelocked.examples.springconfig;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The application: settings in a YAML file, which any number of instances change. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableScheduling
public class SpringConfig {

    static final String READY = "ready: ";

    public static void main(String[] args) {
        start(args);
    }

    static ConfigurableApplicationContext start(String... args) {
        ConfigurableApplicationContext application = SpringApplication.run(SpringConfig.class, args);
        System.out.printf(
                "%shttp://127.0.0.1:%s/%n", READY, application.getEnvironment().getProperty("local.server.port"));
        return application;
    }
}
