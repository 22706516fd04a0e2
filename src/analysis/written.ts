import type { Cluster } from '../manifests/cluster';
import { istioAnnotationsIn, type WrittenAnnotation } from './annotations';
import {
  destinationsOf,
  httpRoutesOf,
  type ObjectDestination,
  otherDestinationsOf,
  type VirtualService,
  type WrittenRoute,
} from './http-routes';
import { legible } from './legible';
import { readWords, type Said, type Word } from './policy-words';
import { type DestinationRule, trafficPoliciesOf, type WrittenPolicy } from './traffic-policies';

/**
 * What many rules look at, one by one and as it is written, in the order of the manifests; then the same of objects
 * that are refused for something else. Collected once.
 */
export class Written {
  public static of(cluster: Cluster): Written {
    return new Written(cluster);
  }

  private words: ReadonlyMap<Word, readonly Said[]> | undefined;
  private services: readonly VirtualService[] | undefined;
  private rules: readonly DestinationRule[] | undefined;
  private routes: readonly WrittenRoute[] | undefined;
  private targets: readonly ObjectDestination[] | undefined;
  private policies: readonly WrittenPolicy[] | undefined;
  private notes: readonly WrittenAnnotation[] | undefined;

  private constructor(private readonly cluster: Cluster) {}

  /** Every value of a field of AuthorizationPolicies. */
  public said(word: Word): readonly Said[] {
    this.words ??= this.collectWords();
    return this.words.get(word) ?? [];
  }

  public get virtualServices(): readonly VirtualService[] {
    this.services ??= legible(this.cluster, 'networking.istio.io/VirtualService');
    return this.services;
  }

  public get destinationRules(): readonly DestinationRule[] {
    this.rules ??= legible(this.cluster, 'networking.istio.io/DestinationRule');
    return this.rules;
  }

  /** Every HTTP route of a VirtualService. */
  public get httpRoutes(): readonly WrittenRoute[] {
    this.routes ??= this.virtualServices.flatMap(httpRoutesOf);
    return this.routes;
  }

  /** Every host to which a VirtualService sends, by HTTP, TLS or TCP. */
  public get destinations(): readonly ObjectDestination[] {
    this.targets ??= [
      ...this.httpRoutes.flatMap((one) => destinationsOf(one).map((it) => ({ ...it, object: one.object }))),
      ...this.virtualServices.flatMap(otherDestinationsOf),
    ];
    return this.targets;
  }

  /** Every block of settings of a DestinationRule. */
  public get trafficPolicies(): readonly WrittenPolicy[] {
    this.policies ??= this.destinationRules.flatMap((rule) => [...trafficPoliciesOf(rule)]);
    return this.policies;
  }

  /** Every annotation that looks like one of Istio, on objects and on pods. */
  public get istioAnnotations(): readonly WrittenAnnotation[] {
    this.notes ??= [...istioAnnotationsIn(this.cluster)];
    return this.notes;
  }

  private collectWords(): ReadonlyMap<Word, readonly Said[]> {
    const words = new Map<Word, Said[]>();
    for (const policy of legible(this.cluster, 'security.istio.io/AuthorizationPolicy')) {
      readWords(policy, (word, one) => {
        const list = words.get(word);
        list ? list.push(one) : words.set(word, [one]);
      });
    }
    return words;
  }
}
