"""What a draft makes of Kubernetes manifests: names and labels instead of references."""

from tests.threatmodels.drafted import element, ends, flow, graph_of_manifests

from pavior.threatmodels.drafting import draft_model
from pavior.threatmodels.drafting_gaps import find_gaps
from pavior.threatmodels.model import ElementKind, ThreatModel

SHOP = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      serviceAccountName: web
      containers:
        - name: web
          image: shop/web:1
          env:
            - {name: ORDERS, value: "http://orders:8080/v1"}
            - name: PASSWORD
              valueFrom: {secretKeyRef: {name: database, key: password}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: orders, namespace: shop}
spec:
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      containers: [{name: orders, image: shop/orders:1}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: orders-data}}]
---
apiVersion: v1
kind: Service
metadata: {name: orders, namespace: shop}
spec: {selector: {app: orders}, ports: [{port: 8080}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  rules:
    - http:
        paths:
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Secret
metadata: {name: database, namespace: shop}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: orders-data, namespace: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
"""


def drafted(yaml: str) -> ThreatModel:
    return draft_model(graph_of_manifests(yaml), service="shop")


def test_a_workload_is_one_element_with_its_service_and_its_account() -> None:
    web = element(drafted(SHOP), "deployment-shop-web")

    assert (web.kind, web.title) == (ElementKind.PROCESS, "Workload web")
    assert set(web.resources) == {"Deployment.shop.web", "Service.shop.web", "ServiceAccount.shop.web"}


def test_names_and_labels_tell_where_data_flows() -> None:
    assert ends(drafted(SHOP)) == {
        ("internet", "ingress-shop-shop"),
        ("ingress-shop-shop", "deployment-shop-web"),
        ("deployment-shop-web", "statefulset-shop-orders"),
        ("secret-shop-database", "deployment-shop-web"),
        ("persistentvolumeclaim-shop-orders-data", "statefulset-shop-orders"),
        ("statefulset-shop-orders", "persistentvolumeclaim-shop-orders-data"),
    }


def test_everything_is_in_its_namespace_within_the_cluster() -> None:
    model = drafted(SHOP)

    assert element(model, "deployment-shop-web").boundary == "namespace-shop"
    assert [(item.id, item.within) for item in model.boundaries if item.id != "internet"] == [
        ("cluster", ""),
        ("namespace-shop", "cluster"),
    ]


def test_how_far_an_ingress_reaches_is_not_known() -> None:
    model = drafted(SHOP)

    assert element(model, "ingress-shop-shop").is_public is None
    assert flow(model, "internet", "ingress-shop-shop").because == (
        "Ingress.shop.shop takes requests from outside of the cluster; from how far is not known."
    )


def test_a_balancer_of_its_own_is_public_unless_it_says_that_it_is_internal() -> None:
    public = SHOP.replace("spec: {selector: {app: web}", "spec: {type: LoadBalancer, selector: {app: web}")
    internal = public.replace(
        "metadata: {name: web, namespace: shop}\nspec: {type",
        "metadata: {name: web, namespace: shop, annotations: "
        '{networking.gke.io/load-balancer-type: "Internal"}}\nspec: {type',
    )

    assert element(drafted(public), "deployment-shop-web").is_public is True
    assert element(drafted(internal), "deployment-shop-web").is_public is None


def test_a_network_policy_says_who_may_speak_to_whom() -> None:
    policy = """
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web-asks-orders, namespace: shop}
spec:
  podSelector: {matchLabels: {app: orders}}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]
"""

    found = flow(drafted(SHOP + policy), "deployment-shop-web", "statefulset-shop-orders")

    assert found.because == "NetworkPolicy.shop.web-asks-orders lets it in."


def test_a_name_in_another_namespace_is_somebody_else() -> None:
    elsewhere = SHOP.replace(
        "kind: Secret\nmetadata: {name: database, namespace: shop}",
        "kind: Secret\nmetadata: {name: database, namespace: bank}",
    )

    assert ("secret-bank-database", "deployment-shop-web") not in ends(drafted(elsewhere))


def test_an_entry_of_the_catalog_is_nothing_that_runs() -> None:
    graph = graph_of_manifests("apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: shop}\n")

    assert list(find_gaps(graph)) == []


def test_what_no_draft_knows_is_told() -> None:
    graph = graph_of_manifests("apiVersion: kafka.strimzi.io/v1\nkind: Kafka\nmetadata: {name: bus, namespace: shop}\n")

    assert [(item.subject, item.why) for item in find_gaps(graph)] == [
        ("other resources", "what they do is not known here, so they are not drawn: Kafka")
    ]
