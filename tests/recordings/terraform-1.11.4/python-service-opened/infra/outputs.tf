output "bucket" {
  description = "Name of the bucket for files."
  value       = aws_s3_bucket.files.bucket
}

output "table" {
  description = "Name of the table for records."
  value       = aws_dynamodb_table.records.name
}

output "role_arn" {
  description = "The role that the running service takes."
  value       = aws_iam_role.service.arn
}

output "security_group_id" {
  description = "The network rules of the running service."
  value       = aws_security_group.service.id
}
