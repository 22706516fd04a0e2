/** What `--help` teaches, by command. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  all: `Examples:
  grpc-mesh check dist                                    what is wrong
  grpc-mesh can order payment.shop Charge                 may it? which rule says so?
  grpc-mesh can sa/web order -n shop                      all RPCs of a service, by ServiceAccount
  grpc-mesh can ingress order PlaceOrder                  from outside, through any Gateway
  helm template . | grpc-mesh matrix -f -                 who may call what
  grpc-mesh diff main/dist dist -o markdown               what a pull request grants
  grpc-mesh COMMAND --help                                more, for each of them`,
  check: `Examples:
  grpc-mesh check                                         all manifests in dist/
  grpc-mesh check dist platform/ -o sarif > mesh.sarif    for code scanning
  kubectl get all,ap,pa,vs,dr,gw,se,sidecar -A -o yaml | grpc-mesh check -f -
  grpc-mesh explain UnknownField                          what a finding means`,
  can: `Examples:
  grpc-mesh can order payment Charge                      coffee-shop/order -> Charge of Service payment
  grpc-mesh can order payment                             every RPC that the manifests name
  grpc-mesh can sa/order payment.coffee-payments Charge -n coffee-shop
  grpc-mesh can https://api.coffee.example order PlaceOrder
  grpc-mesh can plaintext order coffee.v1.Order/PlaceOrder
  grpc-mesh can order payment Void --proto protos/        an RPC that no manifest names
  grpc-mesh can web order Refund --claim iss=https://issuer.example --claim sub=me --claim groups=admin
  grpc-mesh can web order Refund --claim 'realm_access[roles]=admin' --header x-canary=always

--claim says what is in a JWT that validates; of one name, several are a list. Without any, what depends on it is
unknown; --no-token says that there is none. Without any --header, what a policy asks of one is unknown, too; routes
take it for absent. With some, those are all.`,
  matrix: `Examples:
  grpc-mesh matrix dist                                   every RPC and its callers
  grpc-mesh matrix --service payment                      who may call one service
  grpc-mesh matrix --caller order -n coffee-shop          what one caller may call
  grpc-mesh matrix -n coffee-shop                         who may call the services of one namespace
  grpc-mesh matrix -o csv > access.csv

  grpc-mesh matrix --proto protos/                        also the RPCs that no manifest names

What is not listed is refused. 'any other' is every RPC that no manifest names, nor a .proto file for an API that one does.`,
  diff: `Examples:
  git worktree add /tmp/main main && (cd /tmp/main && npx cdk8s synth)
  grpc-mesh diff /tmp/main/dist dist                      + granted, - revoked, ? no longer certain
  grpc-mesh diff before.yaml - < after.yaml
  grpc-mesh diff main/dist dist -n coffee-payments        who may call its services, from now on`,
  route: `Examples:
  grpc-mesh route order payment Charge                    rule, subset, timeout, retries
  grpc-mesh route web order PlaceOrder --header x-canary=always
  grpc-mesh route https://api.coffee.example order PlaceOrder`,
  mtls: `Examples:
  grpc-mesh mtls                                          each port of each workload
  grpc-mesh mtls -n coffee-shop -o markdown

encrypted: only encrypted connections. optional: others too. The last column lists clients that could not connect.`,
  explain: `Examples:
  grpc-mesh explain UnknownField                          a finding of check
  grpc-mesh explain IST0106                               the same, by the code of istioctl
  grpc-mesh explain codes                                 all findings that there are
  grpc-mesh explain UNAVAILABLE                           where a gRPC status comes from
  grpc-mesh explain order payment Charge                  a call, wall by wall, and the grpcurl line to try it
  grpc-mesh explain web order Refund --claim iss=https://issuer.example --claim sub=me`,
  diagram: `Examples:
  grpc-mesh diagram dist                                  for a Markdown page: Mermaid
  grpc-mesh diagram dist -o dot | dot -Tsvg > mesh.svg    for Graphviz`,
};

/** What `-n` means, by command; where FROM and TO are named, it says where they are looked for. */
export const NAMESPACE: Readonly<Record<string, string>> = {
  check: 'only what is wrong with objects in this namespace',
  matrix: 'only the services in this namespace; with --caller or --service, where that is looked for',
  diff: 'only who may call the services in this namespace, wherever the callers are',
  mtls: 'only the workloads in this namespace',
  diagram: 'only calls that begin or end in this namespace',
};

export const NAMES = `FROM is one of
  order, shop/order             a workload; or the pods behind a Service of that name
  deploy/order, sts/order, ...  a workload of one kind
  sa/order                      a ServiceAccount, in the namespace of -n
  ns/shop/sa/order, spiffe://cluster.local/ns/shop/sa/order, system:serviceaccount:shop:order
  https://api.example.com       from outside, through the Gateway that serves this host
  ingress                       from outside, through any Gateway: one that is open is enough
  plaintext                     a pod without an identity
TO is payment, payment.shop, shop/payment, svc/payment or a host, with :PORT if it has several.
METHOD is Charge, coffee.v1.Payment/Charge or a path.`;

export const EXIT_CODES = `Exit codes:
  0  clean, allowed, no difference
  1  findings, denied, a difference; also unknown: what files do not say is never a yes
  2  bad input: a file that cannot be read, a name that nothing has, a wrong option`;
