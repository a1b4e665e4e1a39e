import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * The Prometheus metrics of this process (naming: https://prometheus.io/docs/practices/naming/). Labels are names of
 * systems, channels, states and classes; never ids of clients, campaigns or actions.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly records = this.counter('isthmus_connector_records_total', 'Records by system and result.', [
    'system',
    'result',
  ]);
  readonly connectorLag = this.gauge('isthmus_connector_lag_seconds', 'Age of the newest record at its arrival.', [
    'system',
  ]);
  readonly connectorUp = this.gauge('isthmus_connector_up', '1 when the last read or check succeeded.', ['system']);
  readonly applied = this.histogram(
    'isthmus_ingest_to_golden_seconds',
    'From the commit of a batch in the inbox to its commit in the client.',
  );
  readonly segmentSeconds = this.histogram('isthmus_segment_evaluation_seconds', 'One evaluation round, by kind.', [
    'kind',
  ]);
  readonly actions = this.counter('isthmus_campaign_actions_total', 'Actions by channel and state reached.', [
    'channel',
    'state',
  ]);
  readonly actionSeconds = this.histogram('isthmus_action_latency_seconds', 'From ready to sent.', ['channel']);
  readonly webhookAttempts = this.counter('isthmus_webhook_attempts_total', 'Delivery attempts by status class.', [
    'code_class',
  ]);
  readonly webhookSeconds = this.histogram(
    'isthmus_webhook_delivery_seconds',
    'From the commit of the event to its delivery.',
  );
  readonly httpSeconds = this.histogram('isthmus_http_request_duration_seconds', 'API requests.', [
    'method',
    'route',
    'status',
  ]);
  readonly sseClients = this.gauge('isthmus_sse_clients', 'Open live streams.');
  private readonly build = this.gauge('isthmus_build_info', 'Always 1; the version is the label.', ['version']);

  /** @param version shown as a label. */
  static collecting(version: string): Metrics {
    const metrics = new Metrics();
    metrics.build.set({ version }, 1);
    collectDefaultMetrics({ register: metrics.registry });
    return metrics;
  }

  counter<L extends string = never>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  gauge<L extends string = never>(name: string, help: string, labelNames: L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  histogram<L extends string = never>(name: string, help: string, labelNames: L[] = []): Histogram<L> {
    const buckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}
