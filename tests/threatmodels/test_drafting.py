"""What a draft makes of Terraform: elements, boundaries, entries, and flows with their reasons."""

import pytest
from tests.threatmodels.drafted import drafted, element, ends, flow, graph_of

from pavior.threatmodels.drafting import draft_model
from pavior.threatmodels.drafting_gaps import find_gaps
from pavior.threatmodels.model import BoundaryKind, DataClass, ElementKind

ROLE = """
resource "aws_iam_role" "api" {
  name = "api"
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
"""
FUNCTION = (
    ROLE
    + """
resource "aws_lambda_function" "api" {
  function_name = "api"
  role          = aws_iam_role.api.arn
}
"""
)


def test_a_bucket_and_what_completes_it_are_one_element() -> None:
    model = drafted("""
        resource "aws_s3_bucket" "files" { bucket = "files" }
        resource "aws_s3_bucket_versioning" "files" { bucket = aws_s3_bucket.files.id }
        resource "aws_s3_bucket_policy" "files" {
          bucket = aws_s3_bucket.files.id
          policy = jsonencode({ Statement = [] })
        }
    """)

    assert [item.id for item in model.elements] == ["s3-bucket-files"]
    bucket = model.elements[0]
    assert (bucket.title, bucket.kind, bucket.technology) == ("Bucket files", ElementKind.DATA_STORE, "aws_s3_bucket")
    assert set(bucket.resources) == {
        "aws_s3_bucket.files",
        "aws_s3_bucket_versioning.files",
        "aws_s3_bucket_policy.files",
    }


def test_a_function_its_role_and_what_the_role_may_do_are_one_element() -> None:
    model = drafted(
        FUNCTION
        + """
        resource "aws_iam_policy" "own" { policy = "{}" }
        resource "aws_iam_role_policy_attachment" "own" {
          role       = aws_iam_role.api.name
          policy_arn = aws_iam_policy.own.arn
        }
        resource "aws_cloudwatch_log_group" "api" { name = "/aws/lambda/${aws_lambda_function.api.function_name}" }
        """
    )

    assert [item.id for item in model.elements] == ["lambda-function-api"]
    assert set(model.elements[0].resources) == {
        "aws_lambda_function.api",
        "aws_iam_role.api",
        "aws_iam_policy.own",
        "aws_iam_role_policy_attachment.own",
        "aws_cloudwatch_log_group.api",
    }


def test_all_instances_of_a_block_are_one_element_also_those_of_a_module() -> None:
    model = drafted(
        """
        resource "aws_sqs_queue" "jobs" { count = 3 }
        module "region" {
          for_each = toset(["eu", "us"])
          source   = "./region"
        }
        """,
        region='resource "aws_dynamodb_table" "orders" { name = "orders" }',
    )

    assert {item.id: item.resources for item in model.elements} == {
        "sqs-queue-jobs": ("aws_sqs_queue.jobs[*]",),
        "region-dynamodb-table-orders": ("module.region[*].aws_dynamodb_table.orders",),
    }


def test_everything_that_a_draft_writes_is_inferred_and_every_flow_has_its_reason() -> None:
    model = drafted(
        FUNCTION
        + """
        resource "aws_lambda_function_url" "api" {
          function_name      = aws_lambda_function.api.function_name
          authorization_type = "NONE"
        }
        """
    )

    assert model.elements
    assert model.flows
    for items in (model.boundaries, model.elements, model.flows):
        assert all(item.inferred for item in items)
    assert all(item.because.endswith(".") for item in model.flows)


def test_a_role_that_may_read_gets_data_and_one_that_may_write_sends_some() -> None:
    model = drafted(
        FUNCTION
        + """
        resource "aws_dynamodb_table" "orders" { name = "orders" }
        resource "aws_sqs_queue" "jobs" { name = "jobs" }
        resource "aws_iam_role_policy" "api" {
          role = aws_iam_role.api.id
          policy = jsonencode({ Statement = [
            {
              Effect   = "Allow"
              Action   = ["dynamodb:GetItem", "dynamodb:Query"]
              Resource = aws_dynamodb_table.orders.arn
            },
            { Effect = "Allow", Action = "sqs:SendMessage", Resource = aws_sqs_queue.jobs.arn },
          ] })
        }
        """
    )

    assert ends(model) == {("dynamodb-table-orders", "lambda-function-api"), ("lambda-function-api", "sqs-queue-jobs")}
    read = flow(model, "dynamodb-table-orders", "lambda-function-api")
    assert read.because == "aws_iam_role_policy.api allows dynamodb:GetItem, dynamodb:Query."
    assert read.is_authenticated is True
    assert read.is_encrypted is None


def test_what_is_allowed_is_told_beside_what_is_wired_and_beside_what_another_policy_allows() -> None:
    """A privilege that is added to a flow that is there must be seen by whoever reviews it."""
    model = drafted(
        FUNCTION
        + """
        resource "aws_sqs_queue" "jobs" { name = "jobs" }
        resource "aws_lambda_event_source_mapping" "x" {
          event_source_arn = aws_sqs_queue.jobs.arn
          function_name    = aws_lambda_function.api.arn
        }
        resource "aws_iam_role_policy" "one" {
          role   = aws_iam_role.api.id
          policy = jsonencode({ Statement = [
            { Effect = "Allow", Action = "sqs:ReceiveMessage", Resource = aws_sqs_queue.jobs.arn },
          ] })
        }
        resource "aws_iam_role_policy" "two" {
          role   = aws_iam_role.api.id
          policy = jsonencode({ Statement = [
            { Effect = "Allow", Action = "sqs:GetQueueAttributes", Resource = aws_sqs_queue.jobs.arn },
          ] })
        }
        """
    )

    told = flow(model, "sqs-queue-jobs", "lambda-function-api").because
    assert "aws_iam_role_policy.one allows sqs:ReceiveMessage" in told
    assert "aws_iam_role_policy.two allows sqs:GetQueueAttributes" in told


def test_a_wildcard_of_actions_flows_both_ways_and_only_to_what_it_is_about() -> None:
    model = drafted(
        FUNCTION
        + """
        resource "aws_dynamodb_table" "orders" { name = "orders" }
        resource "aws_s3_bucket" "files" { bucket = "files" }
        resource "aws_iam_role_policy" "api" {
          role = aws_iam_role.api.id
          policy = jsonencode({ Statement = [
            {
              Effect   = "Allow"
              Action   = "dynamodb:*"
              Resource = [aws_dynamodb_table.orders.arn, aws_s3_bucket.files.arn]
            },
          ] })
        }
        """
    )

    assert ends(model) == {
        ("dynamodb-table-orders", "lambda-function-api"),
        ("lambda-function-api", "dynamodb-table-orders"),
    }


def test_a_bucket_that_refuses_plain_text_is_only_spoken_to_over_tls() -> None:
    bucket = """
        resource "aws_s3_bucket" "files" { bucket = "files" }
        resource "aws_iam_role_policy" "api" {
          role   = aws_iam_role.api.id
          policy = jsonencode({ Statement = [
            { Effect = "Allow", Action = "s3:GetObject", Resource = "${aws_s3_bucket.files.arn}/*" },
          ] })
        }
    """
    refusing = """
        resource "aws_s3_bucket_policy" "files" {
          bucket = aws_s3_bucket.files.id
          policy = jsonencode({ Statement = [{
            Effect = "Deny", Principal = "*", Action = "s3:*",
            Resource  = [aws_s3_bucket.files.arn, "${aws_s3_bucket.files.arn}/*"]
            Condition = { Bool = { "aws:SecureTransport" = "false" } }
          }] })
        }
    """

    open_, refused = drafted(FUNCTION + bucket), drafted(FUNCTION + bucket + refusing)

    assert flow(open_, "s3-bucket-files", "lambda-function-api").is_encrypted is None
    assert flow(refused, "s3-bucket-files", "lambda-function-api").is_encrypted is True


def test_an_arn_names_a_thing_by_its_service_and_its_name_whatever_its_account() -> None:
    model = drafted(
        FUNCTION
        + """
        data "aws_caller_identity" "own" {}
        resource "aws_sqs_queue" "jobs" { name = "jobs" }
        resource "aws_sqs_queue" "mail" { name = "mail" }
        resource "aws_dynamodb_table" "jobs" { name = "jobs" }
        resource "aws_iam_role_policy" "api" {
          role   = aws_iam_role.api.id
          policy = jsonencode({ Statement = [{
            Effect = "Allow", Action = "sqs:SendMessage"
            Resource = [
              "arn:aws:sqs:eu-west-1:123456789012:jobs",
              "arn:aws:sqs:eu-west-1:${data.aws_caller_identity.own.account_id}:mail",
            ]
          }] })
        }
        """
    )

    assert ends(model) == {("lambda-function-api", "sqs-queue-jobs"), ("lambda-function-api", "sqs-queue-mail")}


def test_what_is_allowed_on_things_that_are_not_here_is_told() -> None:
    graph = graph_of(
        FUNCTION
        + """
        resource "aws_iam_role_policy" "api" {
          role   = aws_iam_role.api.id
          policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sqs:SendMessage", Resource = "*" }] })
        }
        """
    )

    assert draft_model(graph, service="orders").flows == ()
    assert [(item.subject, item.why) for item in find_gaps(graph)] == [
        ("aws_iam_role_policy.api", "it allows sqs:SendMessage also on what is not made here, or on everything")
    ]


def test_a_secret_that_a_program_names_is_given_to_it() -> None:
    model = drafted("""
        resource "aws_secretsmanager_secret" "password" {}
        resource "aws_ecs_task_definition" "app" {
          container_definitions = jsonencode([{
            name = "app", secrets = [{ name = "PASSWORD", valueFrom = aws_secretsmanager_secret.password.arn }]
          }])
        }
    """)

    assert ends(model) == {("secretsmanager-secret-password", "ecs-task-definition-app")}


def test_a_statement_that_denies_is_no_flow() -> None:
    model = drafted(
        FUNCTION
        + """
        resource "aws_dynamodb_table" "orders" { name = "orders" }
        resource "aws_iam_role_policy" "api" {
          role   = aws_iam_role.api.id
          policy = jsonencode({ Statement = [
            { Effect = "Deny", Action = "dynamodb:*", Resource = aws_dynamodb_table.orders.arn },
          ] })
        }
        """
    )

    assert model.flows == ()


def test_a_policy_document_that_is_looked_up_counts_like_one_that_is_written_out() -> None:
    model = drafted(
        FUNCTION
        + """
        resource "aws_s3_bucket" "files" { bucket = "files" }
        data "aws_iam_policy_document" "api" {
          statement {
            actions   = ["s3:GetObject"]
            resources = ["${aws_s3_bucket.files.arn}/*"]
          }
        }
        resource "aws_iam_role_policy" "api" {
          role   = aws_iam_role.api.id
          policy = data.aws_iam_policy_document.api.json
        }
        """
    )

    assert ends(model) == {("s3-bucket-files", "lambda-function-api")}


def test_everybody_comes_in_through_a_url_that_asks_for_nothing() -> None:
    model = drafted(
        FUNCTION
        + """
        resource "aws_lambda_function_url" "api" {
          function_name      = aws_lambda_function.api.function_name
          authorization_type = "NONE"
        }
        """
    )

    assert element(model, "lambda-function-api").is_public is True
    entry = flow(model, "internet", "lambda-function-api")
    assert (entry.protocol, entry.is_encrypted, entry.is_authenticated) == ("https", True, False)
    assert element(model, "internet").boundary == "internet"
    assert model.boundaries[0].kind is BoundaryKind.INTERNET


def test_a_url_that_asks_who_calls_is_not_for_everybody() -> None:
    model = drafted(
        FUNCTION
        + """
        resource "aws_lambda_function_url" "api" {
          function_name      = aws_lambda_function.api.function_name
          authorization_type = "AWS_IAM"
        }
        """
    )

    assert element(model, "lambda-function-api").is_public is False
    assert model.flows == ()


NETWORK = """
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "private" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id
  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_security_group" "database" {
  vpc_id = aws_vpc.main.id
  ingress {
    protocol        = "tcp"
    from_port       = 5432
    to_port         = 5432
    security_groups = [aws_security_group.web.id]
  }
}
"""


def test_a_group_that_is_open_makes_public_what_has_an_address() -> None:
    model = drafted(
        NETWORK
        + """
        resource "aws_instance" "web" {
          subnet_id                   = aws_subnet.private.id
          vpc_security_group_ids      = [aws_security_group.web.id]
          associate_public_ip_address = true
        }
        """
    )

    assert element(model, "instance-web").is_public is True
    assert flow(model, "internet", "instance-web").because == (
        "aws_instance.web has an address on the internet, and aws_security_group.web lets everybody in on port 443."
    )


def test_a_group_that_is_open_opens_nothing_that_has_no_address() -> None:
    model = drafted(
        NETWORK
        + """
        resource "aws_db_instance" "orders" {
          publicly_accessible    = false
          vpc_security_group_ids = [aws_security_group.web.id]
        }
        """
    )

    assert element(model, "db-instance-orders").is_public is False
    assert model.flows == ()


def test_what_nobody_knows_to_have_an_address_is_neither_public_nor_not() -> None:
    model = drafted(NETWORK + 'resource "aws_instance" "web" { vpc_security_group_ids = [aws_security_group.web.id] }')

    assert element(model, "instance-web").is_public is None
    assert "is not known" in flow(model, "internet", "instance-web").because


def test_an_address_whose_groups_are_not_here_is_neither_public_nor_not() -> None:
    model = drafted("""
        variable "groups" {}
        resource "aws_lb" "web" {
          internal        = false
          security_groups = var.groups
        }
        resource "aws_eks_cluster" "main" { vpc_config { security_group_ids = var.groups } }
    """)

    assert element(model, "lb-web").is_public is None
    assert flow(model, "internet", "lb-web").because == (
        "aws_lb.web has an address on the internet; whom it lets in there is not known."
    )
    # No group stands before the interface of a cluster.
    assert element(model, "eks-cluster-main").is_public is True


def test_a_group_that_lets_in_another_is_a_flow_between_what_is_in_them() -> None:
    model = drafted(
        NETWORK
        + """
        resource "aws_lambda_function" "web" { vpc_config { security_group_ids = [aws_security_group.web.id] } }
        resource "aws_db_instance" "orders" { vpc_security_group_ids = [aws_security_group.database.id] }
        """
    )

    assert flow(model, "lambda-function-web", "db-instance-orders").because == (
        "aws_security_group.database lets it in on port 5432."
    )


def test_a_group_that_lets_out_to_another_is_not_let_in_by_it() -> None:
    model = drafted(
        NETWORK.replace("security_groups = [aws_security_group.web.id]", 'cidr_blocks = ["10.0.0.0/16"]')
        + """
        resource "aws_security_group_rule" "out" {
          type                     = "egress"
          security_group_id        = aws_security_group.database.id
          source_security_group_id = aws_security_group.web.id
          protocol                 = "tcp"
          from_port                = 443
          to_port                  = 443
        }
        resource "aws_lambda_function" "web" { vpc_config { security_group_ids = [aws_security_group.web.id] } }
        resource "aws_db_instance" "orders" { vpc_security_group_ids = [aws_security_group.database.id] }
        """
    )

    assert ends(model) == set()


def test_a_mention_is_no_flow_where_data_is_known_to_go_the_other_way() -> None:
    mentioned = FUNCTION.replace("role          =", "x = aws_dynamodb_table.orders.id\n  role =")
    table = 'resource "aws_dynamodb_table" "orders" { name = "orders" }\n'
    granted = """
        resource "aws_iam_role_policy" "api" {
          role   = aws_iam_role.api.id
          policy = jsonencode({ Statement = [
            { Effect = "Allow", Action = "dynamodb:GetItem", Resource = aws_dynamodb_table.orders.arn },
          ] })
        }
    """

    assert ends(drafted(mentioned + table)) == {("lambda-function-api", "dynamodb-table-orders")}
    assert ends(drafted(mentioned + table + granted)) == {("dynamodb-table-orders", "lambda-function-api")}


def test_boundaries_are_nested_as_account_network_and_subnet() -> None:
    model = drafted(NETWORK + 'resource "aws_instance" "web" { subnet_id = aws_subnet.private.id }')

    assert [(item.id, item.kind.value, item.within) for item in model.boundaries] == [
        ("aws-account", "account", ""),
        ("vpc-main", "network", "aws-account"),
        ("subnet-private", "network", "vpc-main"),
    ]
    assert element(model, "instance-web").boundary == "subnet-private"


def test_what_is_in_several_subnets_is_in_the_network_around_them() -> None:
    model = drafted(
        NETWORK
        + """
        resource "aws_subnet" "other" { vpc_id = aws_vpc.main.id }
        resource "aws_db_subnet_group" "orders" { subnet_ids = [aws_subnet.private.id, aws_subnet.other.id] }
        resource "aws_db_instance" "orders" { db_subnet_group_name = aws_db_subnet_group.orders.name }
        """
    )

    assert element(model, "db-instance-orders").boundary == "vpc-main"


BALANCER = """
resource "aws_lb" "web" { internal = false }
resource "aws_lb_target_group" "web" {}
resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  protocol          = "%s"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}
resource "aws_instance" "web" { associate_public_ip_address = false }
resource "aws_lb_target_group_attachment" "web" {
  target_group_arn = aws_lb_target_group.web.arn
  target_id        = aws_instance.web.id
}
"""


@pytest.mark.parametrize(("protocol", "is_encrypted"), [("HTTP", False), ("HTTPS", True)])
def test_requests_go_from_the_internet_to_a_balancer_and_on(protocol: str, is_encrypted: bool) -> None:  # noqa: FBT001
    model = drafted(BALANCER % protocol)

    assert ends(model) == {("internet", "lb-web"), ("lb-web", "instance-web")}
    entry = flow(model, "internet", "lb-web")
    assert (entry.protocol, entry.is_encrypted) == (protocol.lower(), is_encrypted)
    assert element(model, "instance-web").is_public is False


WIRES = {
    ("sqs-queue-jobs", "lambda-function-api"): """
        resource "aws_lambda_event_source_mapping" "x" {
          event_source_arn = aws_sqs_queue.jobs.arn
          function_name    = aws_lambda_function.api.arn
        }
    """,
    ("sns-topic-news", "sqs-queue-jobs"): """
        resource "aws_sns_topic_subscription" "x" {
          topic_arn = aws_sns_topic.news.arn
          protocol  = "sqs"
          endpoint  = aws_sqs_queue.jobs.arn
        }
    """,
    ("s3-bucket-files", "lambda-function-api"): """
        resource "aws_s3_bucket_notification" "x" {
          bucket = aws_s3_bucket.files.id
          lambda_function { lambda_function_arn = aws_lambda_function.api.arn }
        }
    """,
    ("s3-bucket-files", "s3-bucket-logs"): """
        resource "aws_s3_bucket_logging" "x" {
          bucket        = aws_s3_bucket.files.id
          target_bucket = aws_s3_bucket.logs.id
        }
    """,
}


@pytest.mark.parametrize(("source", "target"), WIRES)
def test_what_is_connected_is_a_flow(source: str, target: str) -> None:
    things = """
        resource "aws_sqs_queue" "jobs" {}
        resource "aws_sns_topic" "news" {}
        resource "aws_s3_bucket" "files" {}
        resource "aws_s3_bucket" "logs" {}
    """

    assert (source, target) in ends(drafted(FUNCTION + things + WIRES[source, target]))


def test_an_environment_that_names_a_table_is_a_flow_until_something_better_is_known() -> None:
    named = (
        ROLE
        + """
        resource "aws_dynamodb_table" "orders" { name = "orders" }
        resource "aws_lambda_function" "api" {
          role = aws_iam_role.api.arn
          environment { variables = { TABLE = aws_dynamodb_table.orders.name } }
        }
        """
    )
    granted = """
        resource "aws_iam_role_policy" "api" {
          role   = aws_iam_role.api.id
          policy = jsonencode({ Statement = [
            { Effect = "Allow", Action = "dynamodb:PutItem", Resource = aws_dynamodb_table.orders.arn },
          ] })
        }
    """

    before, after = drafted(named), drafted(named + granted)

    assert flow(before, "lambda-function-api", "dynamodb-table-orders").because == (
        "The environment of aws_lambda_function.api names aws_dynamodb_table.orders."
    )
    assert flow(after, "lambda-function-api", "dynamodb-table-orders").because == (
        "aws_iam_role_policy.api allows dynamodb:PutItem."
    )


def test_another_account_that_a_role_trusts_is_an_outsider_in_an_account_of_its_own() -> None:
    model = drafted("""
        resource "aws_iam_role" "readers" {
          assume_role_policy = jsonencode({ Statement = [
            { Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::123456789012:root" } },
          ] })
        }
    """)

    outsider = element(model, "account-123456789012")
    assert outsider.kind is ElementKind.EXTERNAL_ENTITY
    assert {item.id: item.kind for item in model.boundaries}[outsider.boundary] is BoundaryKind.ACCOUNT
    assert flow(model, "account-123456789012", "iam-role-readers").because == "aws_iam_role.readers trusts it."


def test_builds_that_a_role_trusts_are_outsiders() -> None:
    model = drafted("""
        resource "aws_iam_openid_connect_provider" "github" { url = "https://token.actions.githubusercontent.com" }
        resource "aws_iam_role" "deploy" {
          assume_role_policy = jsonencode({ Statement = [{
            Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity",
            Principal = { Federated = aws_iam_openid_connect_provider.github.arn },
          }] })
        }
    """)

    builds = element(model, "signed-in-by-token-actions-githubusercontent-com")
    assert builds.title == "Builds on GitHub Actions"
    assert (builds.id, "iam-role-deploy") in ends(model)


def test_a_role_that_many_things_run_under_stands_for_itself() -> None:
    model = drafted(
        ROLE + "\n".join(f'resource "aws_lambda_function" "f{n}" {{ role = aws_iam_role.api.arn }}' for n in range(9))
    )

    assert element(model, "iam-role-api").resources == ("aws_iam_role.api",)


def test_the_data_class_is_that_of_what_the_service_keeps_and_never_that_of_its_keys() -> None:
    graph = graph_of("""
        resource "aws_kms_key" "data" {}
        resource "aws_sqs_queue" "jobs" { kms_master_key_id = aws_kms_key.data.id }
    """)

    model = draft_model(graph, service="orders", data_class=DataClass.CONFIDENTIAL)

    classes = {item.id: item.data_class for item in model.assets}
    assert classes == {"data": DataClass.CONFIDENTIAL, "secrets": DataClass.RESTRICTED}
    assert element(model, "sqs-queue-jobs").assets == ("data",)
    assert element(model, "kms-key-data").assets == ("secrets",)


def test_two_things_of_one_name_have_two_ids_and_keep_them_when_a_third_comes() -> None:
    two = 'resource "aws_sqs_queue" "a_b" {}\nresource "aws_sqs_queue" "a-b" {}\n'

    before = {item.resources: item.id for item in drafted(two).elements}
    after = {item.resources: item.id for item in drafted(two + 'resource "aws_sqs_queue" "a__b" {}').elements}

    assert len(set(before.values())) == 2
    assert before.items() <= after.items()


def test_a_policy_that_nobody_can_read_makes_neither_public_nor_not() -> None:
    graph = graph_of("""
        variable "policy" {}
        resource "aws_sqs_queue" "jobs" {}
        resource "aws_sqs_queue_policy" "jobs" {
          queue_url = aws_sqs_queue.jobs.id
          policy    = var.policy
        }
    """)

    model = draft_model(graph, service="orders")

    assert element(model, "sqs-queue-jobs").is_public is None
    assert model.flows == ()
    assert [item.subject for item in find_gaps(graph)] == ["aws_sqs_queue_policy.jobs"]


def test_other_clouds_are_drafted_by_the_same_rules() -> None:
    model = drafted("""
        resource "azurerm_virtual_network" "main" { name = "net" }
        resource "azurerm_subnet" "app" { virtual_network_name = azurerm_virtual_network.main.name }
        resource "azurerm_network_security_group" "app" {
          security_rule {
            direction                  = "Inbound"
            access                     = "Allow"
            protocol                   = "Tcp"
            source_address_prefix      = "*"
            source_port_range          = "*"
            destination_address_prefix = "*"
            destination_port_range     = "22"
            priority                   = 100
          }
        }
        resource "azurerm_public_ip" "app" {}
        resource "azurerm_network_interface" "app" {
          ip_configuration {
            subnet_id            = azurerm_subnet.app.id
            public_ip_address_id = azurerm_public_ip.app.id
          }
        }
        resource "azurerm_network_interface_security_group_association" "app" {
          network_interface_id      = azurerm_network_interface.app.id
          network_security_group_id = azurerm_network_security_group.app.id
        }
        resource "azurerm_linux_virtual_machine" "app" { network_interface_ids = [azurerm_network_interface.app.id] }
        resource "google_storage_bucket" "files" { name = "files" }
        resource "google_storage_bucket_iam_member" "all" {
          bucket = google_storage_bucket.files.name
          role   = "roles/storage.objectViewer"
          member = "allUsers"
        }
    """)

    assert ends(model) == {("internet", "linux-virtual-machine-app"), ("internet", "storage-bucket-files")}
    assert element(model, "linux-virtual-machine-app").boundary == "subnet-app"
    assert {item.id for item in model.boundaries} >= {"azure-subscription", "google-project"}


def test_nothing_is_drafted_of_nothing() -> None:
    model = drafted("")

    assert (model.elements, model.flows, model.boundaries) == ((), (), ())
