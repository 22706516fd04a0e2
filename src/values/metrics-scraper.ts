import { selectingLabels } from './labels';
import { namespaceName } from './names';

/** Where a scraper runs that is not set up like most. */
export interface MetricsScraperOptions {
  /** Its namespace. */
  readonly namespace: string;
  /** Labels of its pods. */
  readonly podLabels: { [key: string]: string };
}

/**
 * Who reads the metrics of proxies.
 *
 * NetworkPolicies know it by namespace and labels. The ports of the metrics are plaintext and outside of mutual TLS:
 * every pod that fits may read how often who has called what.
 *
 * @see https://istio.io/latest/docs/ops/integrations/prometheus/
 */
export class MetricsScraper {
  /**
   * Prometheus as its operator and its Helm charts run it: pods `app.kubernetes.io/name: prometheus`.
   *
   * Refused: `InvalidName`, `NameTooLong`.
   *
   * @param namespace where it runs
   */
  public static prometheus(namespace: string): MetricsScraper {
    return MetricsScraper.of({ namespace, podLabels: { 'app.kubernetes.io/name': 'prometheus' } });
  }

  /**
   * Any other one that runs as pods with labels of their own.
   *
   * Refused: `InvalidName`, `NameTooLong`, `NoLabels`, `InvalidLabel`.
   *
   * @param options where it is
   */
  public static of(options: MetricsScraperOptions): MetricsScraper {
    const where = 'MetricsScraper.of';
    return new MetricsScraper(namespaceName(options.namespace, where), selectingLabels(options.podLabels, where));
  }

  private constructor(
    /** Its namespace. */
    public readonly namespaceName: string,
    /** Labels of its pods. */
    public readonly podLabels: { [key: string]: string },
  ) {}
}
