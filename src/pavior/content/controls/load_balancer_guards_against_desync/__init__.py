"""The control load-balancer-guards-against-desync."""
