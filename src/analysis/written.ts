import type { Cluster } from '../manifests/cluster';
import { istioAnnotationsIn, type WrittenAnnotation } from './annotations';
import { httpRoutesOf, type WrittenRoute } from './http-routes';
import { readWords, type Said, type Word } from './policy-words';
import { trafficPoliciesOf, type WrittenPolicy } from './traffic-policies';

/** What many rules look at, one by one and as it is written, in the order of the manifests. Collected once. */
export class Written {
  public static of(cluster: Cluster): Written {
    return new Written(cluster);
  }

  private words: ReadonlyMap<Word, readonly Said[]> | undefined;
  private routes: readonly WrittenRoute[] | undefined;
  private policies: readonly WrittenPolicy[] | undefined;
  private notes: readonly WrittenAnnotation[] | undefined;

  private constructor(private readonly cluster: Cluster) {}

  /** Every value of a field of AuthorizationPolicies. */
  public said(word: Word): readonly Said[] {
    this.words ??= this.collectWords();
    return this.words.get(word) ?? [];
  }

  /** Every HTTP route of a VirtualService. */
  public get httpRoutes(): readonly WrittenRoute[] {
    this.routes ??= this.cluster.objects('networking.istio.io/VirtualService').flatMap(httpRoutesOf);
    return this.routes;
  }

  /** Every block of settings of a DestinationRule. */
  public get trafficPolicies(): readonly WrittenPolicy[] {
    this.policies ??= this.cluster
      .objects('networking.istio.io/DestinationRule')
      .flatMap((rule) => [...trafficPoliciesOf(rule)]);
    return this.policies;
  }

  /** Every annotation that looks like one of Istio, on objects and on pods. */
  public get istioAnnotations(): readonly WrittenAnnotation[] {
    this.notes ??= [...istioAnnotationsIn(this.cluster)];
    return this.notes;
  }

  private collectWords(): ReadonlyMap<Word, readonly Said[]> {
    const words = new Map<Word, Said[]>();
    for (const policy of this.cluster.objects('security.istio.io/AuthorizationPolicy')) {
      readWords(policy, (word, one) => {
        const list = words.get(word);
        list ? list.push(one) : words.set(word, [one]);
      });
    }
    return words;
  }
}
