import type { Caller } from '../caller';
import type { EdgeCall } from '../edge';

/** Someone who may call: one row of a matrix. */
export interface Party {
  /** `coffee-shop/order`; `https://api.coffee.example`; the identity of pods that are not among the manifests. */
  readonly name: string;
  readonly caller: Caller | { readonly kind: 'outside'; readonly door: Door };
}

/** Where clients from outside come in. */
export type Door = Pick<EdgeCall, 'gateway' | 'host' | 'port'>;
