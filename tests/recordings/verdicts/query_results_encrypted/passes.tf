resource "aws_athena_workgroup" "sales" {
  name = "sales"

  configuration {
    result_configuration {
      output_location = "s3://answers/sales/"

      encryption_configuration {
        encryption_option = "SSE_KMS"
        kms_key_arn       = "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d"
      }
    }
  }
}
