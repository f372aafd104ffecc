resource "aws_batch_job_definition" "report" {
  name = "report"
  type = "container"

  container_properties = jsonencode({
    image       = "report:1"
    environment = [{ name = "DATABASE", value = "postgres://report:invented@db.internal/orders" }]
  })
}
