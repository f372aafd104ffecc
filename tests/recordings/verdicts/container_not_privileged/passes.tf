resource "aws_ecs_task_definition" "orders" {
  family = "orders"

  container_definitions = jsonencode([
    { name = "orders", image = "orders:1", memory = 256 },
    { name = "helper", image = "helper:1", memory = 256 },
  ])
}

resource "aws_batch_job_definition" "report" {
  name                 = "report"
  type                 = "container"
  container_properties = "{\"image\": \"report:1\", \"memory\": 256, \"vcpus\": 1, \"privileged\": false}"
}

resource "aws_codebuild_project" "tests" {
  name = "container-not-privileged-passes"

  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"
  }

  service_role = "arn:aws:iam::123456789012:role/builds"

  artifacts {
    type = "NO_ARTIFACTS"
  }

  source {
    type     = "GITHUB"
    location = "https://code.example/shop.git"
  }
}
