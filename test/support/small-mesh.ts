/** Two services, the way in, and who may call whom: `web` may `Place`, guests may `Track`, `thief` may nothing. */
export const SMALL_MESH = `
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { istio-injection: enabled } }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      serviceAccountName: web
      containers: [{ name: main, image: web }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: thief, namespace: shop }
spec:
  selector: { matchLabels: { app: thief } }
  template:
    metadata: { labels: { app: thief } }
    spec:
      serviceAccountName: thief
      containers: [{ name: main, image: thief }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: order, namespace: shop }
spec:
  selector: { matchLabels: { app: order } }
  template:
    metadata: { labels: { app: order } }
    spec:
      serviceAccountName: order
      containers: [{ name: main, image: order, ports: [{ containerPort: 50051 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: order, namespace: shop }
spec:
  selector: { app: order }
  ports: [{ name: grpc, port: 50051, protocol: TCP, appProtocol: grpc }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: order, namespace: shop }
spec:
  selector: { matchLabels: { app: order } }
  rules:
    - from: [{ source: { principals: [cluster.local/ns/shop/sa/web] } }]
      to: [{ operation: { paths: [/shop.v1.Order/Place], ports: ["50051"] } }]
    - from: [{ source: { principals: [cluster.local/ns/edge/sa/gateway] } }]
      to: [{ operation: { paths: [/shop.v1.Order/Track], ports: ["50051"] } }]
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: order, namespace: shop }
spec:
  hosts: [order.shop.svc.cluster.local]
  http:
    - name: place
      match: [{ uri: { exact: /shop.v1.Order/Place } }]
      timeout: 3s
      retries: { attempts: 1, retryOn: unavailable }
      route: [{ destination: { host: order.shop.svc.cluster.local } }]
    - route: [{ destination: { host: order.shop.svc.cluster.local } }]
---
apiVersion: v1
kind: Namespace
metadata: { name: edge, labels: { istio-injection: enabled } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: gateway, namespace: edge }
spec:
  selector: { matchLabels: { istio: ingress } }
  template:
    metadata:
      annotations: { inject.istio.io/templates: gateway }
      labels: { istio: ingress }
    spec:
      serviceAccountName: gateway
      containers: [{ name: istio-proxy, image: auto }]
---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  selector: { istio: ingress }
  servers:
    - port: { number: 443, name: https, protocol: HTTPS }
      hosts: [api.example.com]
      tls: { mode: SIMPLE, credentialName: tls, minProtocolVersion: TLSV1_3 }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: edge, namespace: shop }
spec:
  hosts: [api.example.com]
  gateways: [edge]
  http:
    - match: [{ uri: { exact: /shop.v1.Order/Track } }]
      route: [{ destination: { host: order.shop.svc.cluster.local } }]
`;
