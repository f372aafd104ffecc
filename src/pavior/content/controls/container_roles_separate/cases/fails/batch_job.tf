resource "aws_batch_job_definition" "report" {
  name = "report"
  type = "container"

  container_properties = jsonencode({
    image            = "report:1"
    executionRoleArn = "arn:aws:iam::123456789012:role/report"
    jobRoleArn       = "arn:aws:iam::123456789012:role/report"
  })
}
