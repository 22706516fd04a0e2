// Package jwt stands in for the issuers of tokens: a lab has no network to
// fetch their keys from.
package jwt

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"time"

	"cdk8s-grpc-mesh/manifest"
)

// An Issuer signs tokens with the one key that all issuers of a lab share.
type Issuer struct{ key *rsa.PrivateKey }

// New makes an issuer.
func New() (*Issuer, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	return &Issuer{key}, err
}

// Trust replaces the address of every issuer's keys by the lab's own key.
func (i *Issuer) Trust(docs []manifest.Document) ([]manifest.Document, error) {
	changed := slices.Clone(docs)
	for n, doc := range changed {
		if doc.Kind != "RequestAuthentication" {
			continue
		}
		var object map[string]any
		if err := json.Unmarshal(doc.JSON, &object); err != nil {
			return nil, fmt.Errorf("%s: %w", doc.Head, err)
		}
		spec, _ := object["spec"].(map[string]any)
		rules, _ := spec["jwtRules"].([]any)
		for _, rule := range rules {
			if rule, ok := rule.(map[string]any); ok && rule["jwks"] == nil {
				delete(rule, "jwksUri")
				rule["jwks"] = i.jwks()
			}
		}
		var err error
		if changed[n].JSON, err = json.Marshal(object); err != nil {
			return nil, fmt.Errorf("%s: %w", doc.Head, err)
		}
	}
	return changed, nil
}

func (i *Issuer) jwks() string {
	keys := map[string]any{"keys": []any{map[string]any{
		"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "lab",
		"n": encode(i.key.N.Bytes()),
		"e": encode(big.NewInt(int64(i.key.E)).Bytes()),
	}}}
	text, _ := json.Marshal(keys) // of nothing but strings
	return string(text)
}

// Sign makes a token. Claims win over the defaults: valid from now for an hour.
func (i *Issuer) Sign(claims map[string]any) (string, error) {
	all := map[string]any{"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
	maps.Copy(all, claims)
	body, err := json.Marshal(all)
	if err != nil {
		return "", err
	}
	signed := encode([]byte(`{"alg":"RS256","kid":"lab","typ":"JWT"}`)) + "." + encode(body)
	digest := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, i.key, crypto.SHA256, digest[:])
	return signed + "." + encode(signature), err
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }
