import { App } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  GrpcApi,
  GrpcService,
  type GrpcServiceProps,
  Idempotency,
  Streaming,
  Workload,
  ZeroTrustNamespace,
  type ZeroTrustNamespaceProps,
} from '../../src';

/** One RPC of every kind that the call policy tells apart. */
export const paymentApi = GrpcApi.of('coffee.v1.Payment', [
  { name: 'Charge' },
  { name: 'Refund', idempotency: Idempotency.IDEMPOTENT },
  { name: 'ListCharges', idempotency: Idempotency.NO_SIDE_EFFECTS },
  { name: 'WatchCharges', streaming: Streaming.SERVER, idempotency: Idempotency.NO_SIDE_EFFECTS },
  { name: 'UploadReceipts', streaming: Streaming.CLIENT },
  { name: 'Negotiate', streaming: Streaming.BIDI },
]);

export const orderApi = GrpcApi.of('coffee.v1.Order', [
  { name: 'PlaceOrder' },
  { name: 'TrackOrder', streaming: Streaming.SERVER, idempotency: Idempotency.NO_SIDE_EFFECTS },
]);

/** An app with one namespace, `coffee-shop`. */
export function coffeeShop(props?: ZeroTrustNamespaceProps): { app: App; shop: ZeroTrustNamespace } {
  const app = new App();
  return { app, shop: new ZeroTrustNamespace(app, 'coffee-shop', props) };
}

/** `payment`, with an RPC of every kind. */
export function payment(shop: Construct, props: Partial<GrpcServiceProps> = {}): GrpcService {
  return new GrpcService(shop, 'payment', {
    workload: Workload.image('ghcr.io/acme/payment:1.4.0'),
    apis: [paymentApi],
    ...props,
  });
}

/** `order`, a client of `payment` in most tests. */
export function order(shop: Construct, props: Partial<GrpcServiceProps> = {}): GrpcService {
  return new GrpcService(shop, 'order', {
    workload: Workload.image('ghcr.io/acme/order:2.3.1'),
    apis: [orderApi],
    ...props,
  });
}
