package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"

	"cdk8s-grpc-mesh/manifest"
)

// A server is a kube-apiserver on its own etcd, on the loopback interface.
type server struct {
	dir   string   // all its files
	lock  *os.File // held as long as the process lives
	token string   // of the only user, an administrator
	port  int

	mu   sync.Mutex
	etcd *embed.Etcd
	once sync.Once // stops
}

func start() (_ *server, err error) {
	removeLeftovers()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	dir, lock, err := makeFolder()
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir, lock: lock}
	go func() {
		<-signals
		s.stop()
		os.Exit(130)
	}()
	defer func() {
		if err != nil {
			s.stop()
		}
	}()
	ports, err := freePorts(3)
	if err != nil {
		return nil, err
	}
	s.port = ports[0]
	etcd, err := startEtcd(filepath.Join(dir, "etcd"), ports[1], ports[2])
	s.mu.Lock()
	s.etcd = etcd
	s.mu.Unlock()
	if err != nil {
		return nil, err
	}
	if err = s.writeSecrets(); err != nil {
		return nil, err
	}
	log, err := openLog()
	if err != nil {
		return nil, err
	}
	os.Stderr = log
	command := app.NewAPIServerCommand()
	command.SetArgs(s.flags(ports[1]))
	command.SetOut(log)
	command.SetErr(log)
	go func() {
		// It ends by itself only if it cannot start or is interrupted.
		err := command.Execute()
		s.stop()
		manifest.Die(fmt.Errorf("the API server ended early: %v", err))
	}()
	return s, nil
}

// openLog takes the server's log, which is dropped unless LAB_LOG names a file.
func openLog() (*os.File, error) {
	if file := os.Getenv("LAB_LOG"); file != "" {
		return os.Create(file)
	}
	return os.OpenFile(os.DevNull, os.O_WRONLY, 0)
}

func (s *server) path(name string) string { return filepath.Join(s.dir, name) }

func (s *server) flags(etcdPort int) []string {
	return []string{
		fmt.Sprintf("--etcd-servers=http://127.0.0.1:%d", etcdPort),
		"--bind-address=127.0.0.1",
		"--advertise-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", s.port),
		"--cert-dir=" + s.dir,
		"--token-auth-file=" + s.path("tokens.csv"),
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + s.path("accounts.key"),
		"--service-account-signing-key-file=" + s.path("accounts.key"),
		"--service-cluster-ip-range=10.96.0.0/12",
		// No controllers run: nobody would make the accounts' tokens, and
		// nobody else needs the address of this server.
		"--disable-admission-plugins=ServiceAccount",
		"--endpoint-reconciler-type=none",
		"--authorization-mode=RBAC",
		"--watch-cache=false",
		"--v=0",
	}
}

func (s *server) writeSecrets() error {
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return err
	}
	s.token = hex.EncodeToString(random)
	users := s.token + `,lab,lab,"system:masters"` + "\n"
	if err := os.WriteFile(s.path("tokens.csv"), []byte(users), 0o600); err != nil {
		return err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	block := &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}
	return os.WriteFile(s.path("accounts.key"), pem.EncodeToMemory(block), 0o600)
}

// stop leaves no file behind; the rest ends with the process. Whoever comes
// second waits for the first.
func (s *server) stop() {
	s.once.Do(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.etcd != nil {
			s.etcd.Server.HardStop()
		}
		_ = os.RemoveAll(s.dir)
	})
}

func startEtcd(dir string, clientPort, peerPort int) (*embed.Etcd, error) {
	cfg := embed.NewConfig()
	cfg.Dir = dir
	cfg.LogLevel = "panic"
	cfg.LogOutputs = []string{os.DevNull}
	cfg.UnsafeNoFsync = true
	cfg.EnableGRPCGateway = false
	client, peer := local(clientPort), local(peerPort)
	cfg.ListenClientUrls, cfg.AdvertiseClientUrls = []url.URL{client}, []url.URL{client}
	cfg.ListenPeerUrls, cfg.AdvertisePeerUrls = []url.URL{peer}, []url.URL{peer}
	cfg.InitialCluster = cfg.InitialClusterFromName(cfg.Name)
	etcd, err := embed.StartEtcd(cfg)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	select {
	case <-etcd.Server.ReadyNotify():
		return etcd, nil
	case <-ctx.Done():
		return etcd, fmt.Errorf("etcd is not ready after 30 s")
	}
}

func local(port int) url.URL {
	return url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", port)}
}

// freePorts holds all of them open at once so that they differ.
func freePorts(count int) ([]int, error) {
	var ports []int
	for range count {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer listener.Close()
		ports = append(ports, listener.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
