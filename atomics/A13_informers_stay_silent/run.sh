#!/bin/sh
# Rolls out a workload that mounts a secret, so that kubelet and controllers list and watch it.
# shellcheck source=atomics/lib.sh
ID=A13
. "$(dirname "$0")/../lib.sh"

check() { kubectl_wanted; }

attack() {
    namespace_ready
    secret_ready "$PREFIX-secret"
    k apply -n "$NAMESPACE" -f - >/dev/null <<DEPLOYMENT
apiVersion: apps/v1
kind: Deployment
metadata: { name: $PREFIX-control }
spec:
  replicas: 2
  selector: { matchLabels: { app: $PREFIX-control } }
  template:
    metadata: { labels: { app: $PREFIX-control } }
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 0
      containers:
        - name: main
          image: $POD_IMAGE
          command: [sleep, "600"]
          volumeMounts: [{ name: secret, mountPath: /etc/$PREFIX }]
      volumes: [{ name: secret, secret: { secretName: $PREFIX-secret } }]
DEPLOYMENT
    k rollout status -n "$NAMESPACE" "deployment/$PREFIX-control" --timeout=90s >/dev/null
    k rollout restart -n "$NAMESPACE" "deployment/$PREFIX-control" >/dev/null
    k rollout status -n "$NAMESPACE" "deployment/$PREFIX-control" --timeout=90s >/dev/null
}

cleanup() { namespace_gone; }

main "$@"
