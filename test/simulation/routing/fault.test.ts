import { faultOf } from '../../../src/simulation/routing/fault';

describe('a fault', () => {
  test('delays the share of requests that it names', () => {
    expect(faultOf({ delay: { fixedDelay: '5s', percentage: { value: 0.1 } } })).toEqual({
      delay: { percentage: 0.1, duration: 5000 },
    });
  });

  test('aborts with a status of gRPC', () => {
    expect(faultOf({ abort: { grpcStatus: 'UNAVAILABLE', percentage: { value: 50 } } })).toEqual({
      abort: { percentage: 50, grpcStatus: 14 },
    });
  });

  test('aborts with a status of HTTP, which a gRPC client sees as one of its own', () => {
    expect(faultOf({ abort: { httpStatus: 404, percentage: { value: 100 } } })).toEqual({
      abort: { percentage: 100, httpStatus: 404, grpcStatus: 12 },
    });
  });

  // https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPFaultInjection-Abort
  test('without a percentage breaks nothing', () => {
    expect(faultOf({ abort: { httpStatus: 503 } })?.abort?.percentage).toBe(0);
    expect(faultOf({ delay: { fixedDelay: '1s' } })?.delay?.percentage).toBe(0);
  });

  test('that Istio does not build is none', () => {
    expect(faultOf({ delay: { exponentialDelay: '1s' } })).toBeUndefined();
    expect(faultOf({ abort: { http2Error: 'CANCEL' } })).toBeUndefined();
    expect(faultOf(undefined)).toBeUndefined();
  });
});
