variable "environment" {
  description = "Which environment this is, such as dev or prod. The platform sets it."
  type        = string
}

variable "region" {
  description = "Where the data lives."
  type        = string
  default     = "eu-central-1"
}
