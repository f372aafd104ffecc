resource "aws_ecs_task_definition" "orders" {
  family = "orders"

  container_definitions = jsonencode([
    {
      name        = "orders"
      image       = "orders:1"
      environment = [{ name = "LEVEL", value = "info" }]
      secrets     = [{ name = "DATABASE_PASSWORD", valueFrom = "arn:aws:ssm:eu-central-1:123456789012:parameter/orders" }]
    },
  ])
}

resource "aws_codebuild_project" "orders" {
  name         = "orders"
  service_role = "arn:aws:iam::123456789012:role/builds"

  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"

    environment_variable {
      name  = "REGISTRY_TOKEN"
      type  = "SECRETS_MANAGER"
      value = "registry-token"
    }
  }
}
