resource "aws_batch_job_definition" "report" {
  name = "report"
  type = "container"

  container_properties = <<JSON
    {"image": "report:1", "privileged": true}
  JSON
}
