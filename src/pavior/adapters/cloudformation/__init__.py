"""Templates of AWS CloudFormation: read, evaluated as far as possible without AWS, and said in Terraform's words."""
