resource "aws_ecs_task_definition" "orders" {
  family = "orders"

  container_definitions = jsonencode([
    { name = "orders", image = "orders:1", memory = 256, readonlyRootFilesystem = true },
    { name = "logs", image = "logs:1", memory = 256, readonlyRootFilesystem = true },
  ])
}

resource "aws_batch_job_definition" "report" {
  name                 = "report"
  type                 = "container"
  container_properties = "{\"image\": \"report:1\", \"memory\": 256, \"vcpus\": 1, \"readonlyRootFilesystem\": true}"
}
