import { SMALL_MESH } from './small-mesh';

/** The small mesh, where `web` may `Refund` for an administrator, and `Quote` for whoever says that it is a canary. */
export const TOKEN_MESH = `${SMALL_MESH}---
apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: order, namespace: shop }
spec:
  selector: { matchLabels: { app: order } }
  jwtRules: [{ issuer: "https://issuer.example", jwksUri: "https://issuer.example/jwks" }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: order-tokens, namespace: shop }
spec:
  selector: { matchLabels: { app: order } }
  rules:
    - from: [{ source: { requestPrincipals: ["https://issuer.example/*"] } }]
      to: [{ operation: { paths: [/shop.v1.Order/Refund] } }]
      when: [{ key: "request.auth.claims[groups]", values: [admin] }]
    - to: [{ operation: { paths: [/shop.v1.Order/Quote] } }]
      when: [{ key: "request.headers[x-canary]", values: [always] }]
`;
