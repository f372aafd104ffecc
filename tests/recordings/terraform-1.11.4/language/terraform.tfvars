from_file = "tfvars"
