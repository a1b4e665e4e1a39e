/*
 * The Kafka side of the tests: librdkafka's mock cluster (rdkafka_mock.h) and, apart from it, librdkafka's consumer,
 * which counts what was really stored. It is not Apache Kafka's broker: it keeps records in memory, knows neither TLS
 * nor SASL, replicates nothing and does not drop repeats of an idempotent producer.
 *
 * argv: number of brokers. stdin, a command a line:
 *   topic NAME PARTITIONS | errors API COUNT CODE | down BROKER | up BROKER
 * stdout, a JSON a line: {"bootstraps"}, {"done"} after each command, {"record"} for each record, key and value in hex.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "rdkafka.h"
#include "rdkafka_mock.h"

static void hex(const char *name, const void *bytes, size_t n) {
        const unsigned char *p = bytes;
        printf("\"%s\":", name);
        if (!p) {
                printf("null");
                return;
        }
        putchar('"');
        for (size_t i = 0; i < n; i++)
                printf("%02x", p[i]);
        putchar('"');
}

static void tell(rd_kafka_message_t *m) {
        rd_kafka_headers_t *headers = NULL;
        const char *name;
        const void *value;
        size_t size;
        printf("{\"record\":{\"topic\":\"%s\",\"partition\":%d,\"offset\":%lld,", rd_kafka_topic_name(m->rkt),
               (int)m->partition, (long long)m->offset);
        hex("key", m->key, m->key_len);
        putchar(',');
        hex("value", m->payload, m->len);
        printf(",\"headers\":[");
        if (rd_kafka_message_headers(m, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
                for (size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); i++) {
                        printf("%s{", i ? "," : "");
                        hex("name", name, strlen(name));
                        putchar(',');
                        hex("value", value, size);
                        putchar('}');
                }
        printf("]}}\n");
        fflush(stdout);
}

static rd_kafka_t *client(rd_kafka_type_t type, const char *bootstraps) {
        char fault[512];
        rd_kafka_conf_t *conf = rd_kafka_conf_new();
        const char *settings[][2] = {{"log_level", "0"},
                                     {"bootstrap.servers", bootstraps},
                                     {"group.id", "count"},
                                     {"enable.auto.commit", "false"},
                                     {"auto.offset.reset", "earliest"},
                                     {"reconnect.backoff.max.ms", "200"},
                                     {"fetch.wait.max.ms", "50"}};
        for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
                if (!settings[i][1] || (type == RD_KAFKA_PRODUCER && i >= 2))
                        continue;
                if (rd_kafka_conf_set(conf, settings[i][0], settings[i][1], fault, sizeof fault) != RD_KAFKA_CONF_OK) {
                        fprintf(stderr, "%s\n", fault);
                        exit(1);
                }
        }
        rd_kafka_t *rk = rd_kafka_new(type, conf, fault, sizeof fault);
        if (!rk) {
                fprintf(stderr, "%s\n", fault);
                exit(1);
        }
        return rk;
}

int main(int argc, char **argv) {
        setvbuf(stdin, NULL, _IONBF, 0); /* poll() must see every line */
        rd_kafka_t *owner = client(RD_KAFKA_PRODUCER, NULL);
        rd_kafka_mock_cluster_t *cluster = rd_kafka_mock_cluster_new(owner, argc > 1 ? atoi(argv[1]) : 1);
        /* ApiVersions: 3 is what clients ask since Kafka 2.4. */
        rd_kafka_mock_set_apiversion(cluster, 18, 0, 3);
        rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, rd_kafka_mock_cluster_bootstraps(cluster));
        rd_kafka_poll_set_consumer(consumer);
        rd_kafka_topic_partition_list_t *read = rd_kafka_topic_partition_list_new(8);
        printf("{\"bootstraps\":\"%s\"}\n", rd_kafka_mock_cluster_bootstraps(cluster));
        fflush(stdout);

        for (;;) {
                char line[512], name[256];
                int a, b, c;
                struct pollfd in = {.fd = 0, .events = POLLIN};
                if (poll(&in, 1, 0) > 0) {
                        if (!fgets(line, sizeof line, stdin))
                                return 0;
                        if (sscanf(line, "topic %255s %d", name, &a) == 2) {
                                rd_kafka_mock_topic_create(cluster, name, a, 1);
                                for (int p = 0; p < a; p++)
                                        rd_kafka_topic_partition_list_add(read, name, p)->offset =
                                            RD_KAFKA_OFFSET_BEGINNING;
                                rd_kafka_assign(consumer, read);
                        } else if (sscanf(line, "errors %d %d %d", &a, &b, &c) == 3) {
                                for (int i = 0; i < b; i++)
                                        rd_kafka_mock_push_request_errors(cluster, (int16_t)a, 1, c);
                        } else if (sscanf(line, "down %d", &a) == 1) {
                                rd_kafka_mock_broker_set_down(cluster, a);
                        } else if (sscanf(line, "up %d", &a) == 1) {
                                rd_kafka_mock_broker_set_up(cluster, a);
                        } else {
                                fprintf(stderr, "not understood: %s", line);
                                return 1;
                        }
                        line[strcspn(line, "\n")] = 0;
                        printf("{\"done\":\"%s\"}\n", line);
                        fflush(stdout);
                }
                rd_kafka_message_t *m = rd_kafka_consumer_poll(consumer, 20);
                if (!m)
                        continue;
                if (!m->err)
                        tell(m);
                rd_kafka_message_destroy(m);
        }
}
